import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startNatsServer, type TestNatsServer } from '@benchbus/events/testing';
import { startEngine, type RunningEngine } from '@benchbus/hatchet-embedded';
import { launchService } from '@benchbus/service/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

describe('a dispatcher whose engine is not as it should be, at debug level', () => {
  let folder: string;
  let nats: TestNatsServer;
  let engine: RunningEngine;
  let other: RunningEngine;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'benchbus-token-'));
    nats = await startNatsServer();
    engine = await startEngine({ stateDir: join(folder, 'engine') });
    other = await startEngine({ stateDir: join(folder, 'other') });
  });
  afterAll(async () => {
    await engine.stop();
    await other.stop();
    await nats.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const launch = (env: Record<string, string>) => {
    const all = { ...engine.env, NATS_URL: nats.url, LOG_LEVEL: 'debug', BENCHBUS_ENGINE_ANSWERS_MS: '1000', ...env };
    return { child: launchService({ main: MAIN, env: all }), token: all.HATCHET_CLIENT_TOKEN };
  };
  const expectUnlogged = (output: string, token: string) => {
    const [, claims = '', signature = ''] = token.split('.');
    for (const secret of [token, claims, signature].filter((part) => part.length >= 8)) {
      expect(output).not.toContain(secret);
    }
  };

  it.each([
    ['refuses the token', 'HATCHET_TOKEN_REFUSED', () => ({ HATCHET_CLIENT_TOKEN: other.token })],
    ['cannot be named', 'HATCHET_CONFIG_TOKEN_MALFORMED', () => ({ HATCHET_CLIENT_TOKEN: `${engine.token}.part` })],
    ['speaks no TLS', 'HATCHET_TLS_MISMATCH', () => ({ HATCHET_CLIENT_TLS_STRATEGY: 'tls' })],
  ])('that %s: it says so, ends with 2, and no part of the token is in its output', async (_, code, env) => {
    const { child, token } = launch(env());
    expect(await child.exited).toMatchObject({ code: 2 });
    const output = child.lines.join('\n');
    expect(output).toContain(code);
    expectUnlogged(output, token);
  });

  it('that is away: it says so and waits, without a part of the token', async () => {
    const { child, token } = launch({ HATCHET_CLIENT_HOST_PORT: '127.0.0.1:9' });
    await child.line((line) => (line.includes('HATCHET_UNREACHABLE') ? true : undefined), 'the warning', 30_000);
    await child.stop('SIGKILL');
    expectUnlogged(child.lines.join('\n'), token);
  });
});
