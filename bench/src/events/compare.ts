import { performance } from 'node:perf_hooks';
import { median } from '../statistics.ts';

export interface Comparison {
  /** Medians of all rounds. */
  readonly perSecond: number;
  readonly floorPerSecond: number;
  /** Median of the rounds' own ratios: 1 is as fast as the bare client. */
  readonly ratio: number;
}

/** Makes what a round needs, which is not measured, and returns what is. */
export type Prepare = (round: number) => () => Promise<void>;

/** The same `count` of something through benchbus and with the bare client, alternately, so that a busy machine slows both. */
export async function compare(rounds: number, count: number, subject: Prepare, floor: Prepare): Promise<Comparison> {
  const rate = async (prepare: Prepare, round: number): Promise<number> => {
    const work = prepare(round);
    const start = performance.now();
    await work();
    return (count * 1000) / (performance.now() - start);
  };
  // Not counted: the first time is slower, whatever it is.
  await rate(subject, 0);
  await rate(floor, 0);
  const pairs: { readonly subject: number; readonly floor: number }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    // Whoever comes second may find what the first left warm.
    if (round % 2 === 0) pairs.push({ subject: await rate(subject, round), floor: await rate(floor, round) });
    else {
      const first = await rate(floor, round);
      pairs.push({ subject: await rate(subject, round), floor: first });
    }
  }
  return {
    perSecond: median(pairs.map((pair) => pair.subject)),
    floorPerSecond: median(pairs.map((pair) => pair.floor)),
    ratio: median(pairs.map((pair) => pair.subject / pair.floor)),
  };
}
