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
  const definition = { name: 'task', fn: () => ({ done: true }) };
  const task = client.task(definition);
  const worker = keepWorker({ hatchet: client, name: 'kept', workflows: [task], logger, retryMs: 1_000 });
  try {
    await worker.ready;
    await engine.kill();
    await gaveUp.promise;
    await engine.startAgain();
    // The worker's own connection waits for minutes by now before it tries again, longer than its calls are repeated.
    const other = connectClient(engine.address, 8);
    expect(await other.task(definition).run({})).toEqual({ done: true });
  } finally {
    await worker.stop();
    await engine.stop();
  }
});
