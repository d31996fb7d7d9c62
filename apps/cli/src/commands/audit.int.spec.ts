import { BenchbusError, connectBus, type EventBus } from '@benchbus/events';
import { startNatsServer, type TestNatsServer } from '@benchbus/events/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runOn } from '../testing/run-on.ts';

const CANARY = 'p@ss word/1';
let nats: TestNatsServer;
let bus: EventBus;
beforeAll(async () => {
  nats = await startNatsServer();
  bus = await connectBus({ servers: nats.url, name: 'test', source: 'test' });
});
afterAll(async () => {
  await bus.close();
  await nats.stop();
});

async function audit(canary: string) {
  const { exitCode, out } = await runOn(nats, 'audit', '--canary', canary, '--json');
  return { exitCode, ...(JSON.parse(out) as { findings: { code: string; message: string }[] }) };
}

test('a canary in a request, in the reason of a dead letter, in a log line is found beside the log', async () => {
  const parked = Promise.withResolvers<void>();
  await bus.consumeRequests({
    name: 'test-requests',
    subjects: ['request.>'],
    handle: () =>
      Promise.reject(new BenchbusError({ code: 'NO_LUCK', message: `not with ${CANARY}` }, { permanent: true })),
    onParked: async () => parked.resolve(),
  });
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
});
