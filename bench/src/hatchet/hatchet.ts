import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { median, quantile } from '../statistics.ts';
import { engineUnderTest } from './engine-under-test.ts';

const CALLS = 100;
const TASKS = 50;
const BATCH = 200;
const SLOTS = 50;
const BATCHES = 3;

export interface HatchetBench {
  /** `configured`: the engine of HATCHET_CLIENT_TOKEN. */
  readonly engine: 'embedded' | 'configured';
  readonly engineVersion: string;
  /** The floor: median milliseconds of a call that does nothing (GetVersion), on the same engine in the same run. */
  readonly grpcMs: number;
  /** Milliseconds from starting a task that does nothing to having its result; one after the other. */
  readonly taskMs: { readonly median: number; readonly p95: number };
  /** Median seconds of 200 such tasks, started at once, on a worker with 50 slots. */
  readonly batchSeconds: number;
}

/** How fast an engine is: one task there and back, and many at once. */
export async function hatchet(): Promise<HatchetBench> {
  const { engine, client, stop } = await engineUnderTest();
  try {
    const task = client.task({
      name: `bench-${randomUUID()}`,
      scheduleTimeout: '5m',
      fn: ({ n }: { n: number }) => ({ n }),
    });
    const worker = await client.worker('bench', { workflows: [task], slots: SLOTS, handleKill: false });
    const running = worker.start();
    await worker.waitUntilReady(60_000);
    await task.run({ n: 0 }); // the worker is known, the channels are open
    try {
      const engineVersion = await client.dispatcher.getVersion();
      const calls = await timed(CALLS, () => client.dispatcher.getVersion());
      const tasks = await timed(TASKS, () => task.run({ n: 1 }));
      const inputs = Array.from({ length: BATCH }, (_, n) => ({ n }));
      const batches = await timed(BATCHES, () => task.run(inputs));
      return {
        engine,
        engineVersion,
        grpcMs: median(calls),
        taskMs: { median: median(tasks), p95: quantile(tasks, 0.95) },
        batchSeconds: median(batches) / 1000,
      };
    } finally {
      await worker.stop();
      await running;
    }
  } finally {
    await stop();
  }
}

/** Milliseconds of each of `count` executions, one after the other. */
async function timed(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times;
}
