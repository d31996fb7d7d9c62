import { connectClient, EngineProcess, type Client } from '@benchbus/hatchet-embedded/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepWorker, type KeptWorker } from './keep-worker.ts';
import { holdLease } from './lease.ts';

const logger = pino({ level: 'silent' });
let engine: EngineProcess;
let client: Client;
let worker: KeptWorker | undefined;
beforeEach(async () => {
  engine = await EngineProcess.start();
  client = connectClient(engine.address, 8);
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await engine.stop();
});

const keep = (workflows: Parameters<typeof keepWorker>[0]['workflows'] & object, hatchet = client) => {
  worker = keepWorker({ hatchet, name: 'kept', workflows, logger, retryMs: 200 });
  return worker;
};

it('a worker that begins while the engine is away works once it is there', async () => {
  await engine.kill();
  const task = client.task({ name: 'late', fn: () => ({ done: true }) });
  const kept = keep([task]);
  let early = false;
  void kept.ready.then(() => (early = true));
  // A call that the SDK tries eight times, some 13 s: longer than any single one of the worker's own.
  await expect(task.run({})).rejects.toThrow();
  expect(early).toBe(false);
  await engine.startAgain();
  await kept.ready;
  expect(await task.run({})).toEqual({ done: true });
});

it('a worker whose token the engine refuses says so, and does not try for ever', async () => {
  const other = await EngineProcess.start();
  try {
    const { token } = other.address;
    const stranger = connectClient({ ...engine.address, token });
    const kept = keep([stranger.task({ name: 'refused', fn: () => ({}) })], stranger);
    await expect(kept.ready).rejects.toMatchObject({ code: 'HATCHET_TOKEN_REFUSED', where: 'HATCHET_CLIENT_TOKEN' });
    await expect(kept.refused).rejects.toMatchObject({ code: 'HATCHET_TOKEN_REFUSED' });
  } finally {
    await other.stop();
  }
});

it('a held lease outlives the execution timeout; without one the engine ends the attempt', async () => {
  const work = (held: boolean) =>
    client.task({
      name: `leased-${String(held)}`,
      executionTimeout: '8s',
      retries: 1,
      fn: async (_input: object, ctx) => {
        const over = new AbortController();
        if (held && ctx.retryCount() === 0) {
          const extend = (by: `${number}s`) => ctx.refreshTimeout(by);
          const times = { limitMs: 60_000, retryMs: 200, leaseMs: 8_000, renewEveryMs: 1_000 };
          void holdLease({ extend, ...times, signal: over.signal });
        }
        // The second attempt is what is seen where the first was not held.
        if (ctx.retryCount() === 0) await Promise.race([goOn.promise, aborted(ctx.abortController.signal)]);
        over.abort();
        return { retry: ctx.retryCount() };
      },
    });
  const goOn = Promise.withResolvers<void>();
  const aborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  const [held, loose] = [work(true), work(false)];
  await keep([held, loose]).ready;
  const kept = await held.runNoWait({});
  const ended = await loose.runNoWait({});
  const output = kept.output;
  // The other one's timeout is over: what is held has outlived it, too.
  expect(await ended.output).toEqual({ retry: 1 });
  goOn.resolve();
  expect(await output).toEqual({ retry: 0 });
});
