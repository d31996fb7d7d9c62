import { connectClient, EngineProcess } from '@benchbus/hatchet-embedded/testing';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { keepWorker } from './keep-worker.ts';

it('an outage that makes the SDK give up its worker (20 retries, some minutes) is followed by a new one', async () => {
  const engine = await EngineProcess.start();
  const client = connectClient(engine.address, 8);
  const gaveUp = Promise.withResolvers<void>();
  const logger = pino(
    { level: 'warn' },
    { write: (line: string) => void (/a new one follows/.test(line) && gaveUp.resolve()) },
  );
  const task = client.task({ name: 'task', fn: () => ({ done: true }) });
  const worker = keepWorker({ hatchet: client, name: 'kept', workflows: [task], logger, retryMs: 1_000 });
  try {
    await worker.ready;
    await engine.kill();
    await gaveUp.promise;
    await engine.startAgain();
    // gRPC waits for up to two minutes by now before it tries that server again, for all clients of a process.
    const asked = () => task.run({}).catch(() => undefined);
    await expect.poll(asked, { timeout: 300_000 }).toEqual({ done: true });
  } finally {
    await worker.stop();
    await engine.stop();
  }
});
