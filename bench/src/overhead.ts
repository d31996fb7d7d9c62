import { performance } from 'node:perf_hooks';
import { bareBenchmark } from './floor/bare-benchmark.ts';
import { startStack } from './stack.ts';
import { suiteUnderTest } from './suite-under-test.ts';
import { median } from './statistics.ts';

export interface Overhead {
  readonly pairs: number;
  /** Median seconds of a suite with one second of pgbench, from SuiteRequested to its terminal event. */
  readonly suiteSeconds: number;
  /** Median seconds of the same commands by hand: initdb, start, pgbench -i, pgbench -T 1, stop, remove. */
  readonly bareSeconds: number;
  readonly ratio: number;
}

/**
 * What a suite costs beside what it measures: the same work through benchbus and by hand, alternately in one run, so that a
 * busy machine slows both.
 */
export async function overhead(pairs: number): Promise<Overhead> {
  const stack = await startStack();
  const suites: number[] = [];
  const bare: number[] = [];
  const time = async (into: number[], work: () => Promise<unknown>): Promise<void> => {
    const start = performance.now();
    await work();
    into.push((performance.now() - start) / 1000);
  };
  try {
    for (let pair = 0; pair < pairs; pair += 1) {
      await time(suites, () => stack.runSuite(`overhead-${pair}`, suiteUnderTest));
      await time(bare, () => bareBenchmark());
    }
  } finally {
    await stack.stop();
  }
  const [suiteSeconds, bareSeconds] = [median(suites), median(bare)];
  return { pairs, suiteSeconds, bareSeconds, ratio: suiteSeconds / bareSeconds };
}
