import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startChild } from '../testing/child.ts';
import type { OtlpCollector } from '../testing/otlp-collector.ts';
import { startOtlpCollector } from '../testing/otlp-collector.ts';
import type { TestServer } from '../testing/valkey.ts';
import { findValkeyServer, startValkey } from '../testing/valkey.ts';

const register = join(import.meta.dirname, 'register.ts');
const main = join(import.meta.dirname, '../fixtures/valkey-client.ts');
const missing = findValkeyServer() === undefined;
if (missing) console.warn('skipped: no valkey-server or redis-server (apt-get install redis-server)');

let collector: OtlpCollector | undefined;
let valkey: TestServer | undefined;
afterEach(async () => {
  await Promise.all([collector?.close(), valkey?.stop()]);
});

async function runClient(env: Record<string, string>): Promise<readonly string[]> {
  valkey = await startValkey();
  const child = startChild(process.execPath, ['--import', register, main], {
    env: { PATH: process.env['PATH'] ?? '', VALKEY_URL: valkey.url, ...env },
  });
  expect(await child.exited, child.lines.join('\n')).toEqual({ code: 0, signal: null });
  return child.lines;
}

describe.skipIf(missing)('telemetry', () => {
  it('sends spans of an ES module that talks to Valkey, with parents, and metrics', async () => {
    collector = await startOtlpCollector();
    const lines = await runClient({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_SERVICE_NAME: 'fixture' });
    expect(lines.at(-1)).toBe('hello');
    const work = collector.spans.find(({ name }) => name === 'work');
    expect(work).toMatchObject({ service: 'fixture', attributes: { 'benchbus.run': 'r1' } });
    const commands = collector.spans.filter(({ name }) => name === 'set' || name === 'get');
    // A command given before the connection stands passes the client twice, and is two spans;
    // the later one has no parent.
    expect(new Set(commands.map(({ name }) => name))).toEqual(new Set(['get', 'set']));
    expect(commands.filter(({ traceId }) => traceId === work?.traceId).map(({ name }) => name)).toContain('set');
    const log = JSON.parse(lines[0] ?? '{}') as Record<string, unknown>;
    expect(log).toMatchObject({ msg: 'at work', trace_id: work?.traceId });
    expect(collector.paths).toContain('/v1/metrics');
    // What is written to the database is nobody's business: arguments are not part of a span.
    expect(JSON.stringify(collector.spans)).not.toContain('hello');
  });

  it('stays silent without an endpoint', async () => {
    collector = await startOtlpCollector();
    const lines = await runClient({ OTEL_EXPORTER_OTLP_ENDPOINT: '' });
    expect(lines.at(-1)).toBe('hello');
    expect(lines[0]).not.toContain('trace_id');
    expect(collector.paths).toEqual([]);
  });
});
