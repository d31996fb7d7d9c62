import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchbusError, connectBus, makeAccounts, makeStreams, type EventBus } from '@benchbus/events';
import { allMayCreds, startNatsServer, type TestNatsServer } from '@benchbus/events/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runOn } from '../testing/run-on.ts';

const CANARY = 'p@ss word/1';

describe.each(['everybody', 'the auditor'] as const)('as %s', (who) => {
  let nats: TestNatsServer;
  let bus: EventBus;
  let folder: string;
  const env: Record<string, string> = {};
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'benchbus-audit-'));
    const common = { name: 'test', source: 'test' };
    if (who === 'everybody') {
      nats = await startNatsServer();
      bus = await connectBus({ ...common, servers: nats.url });
      return;
    }
    const accounts = await makeAccounts('test');
    nats = await startNatsServer({ accounts: accounts.serverConfig });
    env['NATS_CREDS_FILE'] = join(folder, 'auditor.creds');
    writeFileSync(env['NATS_CREDS_FILE'], accounts.creds.get('auditor') ?? '', { mode: 0o600 });
    const access = { creds: await allMayCreds(accounts.authorities.services) };
    const settings = { servers: nats.url, replicas: 1, livenessTtlMs: 15_000, connectTimeoutMs: 5_000, access };
    await makeStreams({ ...settings, archive: { replicas: 1, tags: [] } });
    bus = await connectBus({ ...common, servers: nats.url, access });
    await bus.serveFollowers();
  });
  afterAll(async () => {
    await bus.close();
    await nats.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function audit(canary: string, ...more: string[]) {
    const { exitCode, out } = await runOn({ url: nats.url, env }, 'audit', '--canary', canary, '--json', ...more);
    return { exitCode, ...(JSON.parse(out) as { findings: { code: string; message: string }[] }) };
  }

  test('a canary in a request, in the reason of a dead letter, in a log line is found beside the log', async () => {
    const parked = Promise.withResolvers<void>();
    await bus.consumeRequests({
      name: 'test-requests',
      subjects: ['request.suite.one'],
      handle: () =>
        Promise.reject(new BenchbusError({ code: 'NO_LUCK', message: `not with ${CANARY}` }, { permanent: true })),
      onParked: async () => parked.resolve(),
    });
    // More than one look fetches.
    for (let number = 0; number < 300; number += 1)
      await bus.request('SuiteCancelRequested', `of-${number}`, { reason: 'none' });
    await bus.request('SuiteCancelRequested', 'one', { reason: `because of ${CANARY}` });
    await parked.promise;
    const arrived = Promise.withResolvers<void>();
    await bus.telemetry.watchLog({ runId: 'r1' }, { onLine: () => arrived.resolve() });
    bus.telemetry.log({ runId: 'r1', node: 'pg', container: 'postgres', time: '', line: `password is ${CANARY}` });
    await arrived.promise;

    const { exitCode, findings } = await audit(CANARY);
    expect(exitCode).toBe(1);
    expect(findings.map(({ code }) => code)).toEqual(['SECRET_FOUND', 'SECRET_FOUND', 'SECRET_FOUND']);
    const streams = findings.map(({ message }) => /in the stream (\w+)$/.exec(message)?.[1]);
    expect(streams.toSorted()).toEqual(['DEADLETTERS', 'REQUESTS', 'TELEMETRY']);
    expect(JSON.stringify(findings)).not.toContain(CANARY);
    expect(await audit('planted nowhere')).toMatchObject({ exitCode: 0, findings: [] });
    if (who === 'the auditor')
      expect((await audit(CANARY, '--archive')).findings.map(({ code }) => code)).toEqual(
        findings.map(({ code }) => code),
      );
  });
});
