import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { subjects } from '@benchbus/events';
import { repeatedMessages } from '../events/repeated-messages.ts';
import { median } from '../statistics.ts';
import type { Comparison } from '../events/compare.ts';
import { AllocatorWorld } from './world.ts';

const IN_FLIGHT = 64;
/** Bare appends one after the other, in each round. */
const APPENDS = 1_000;

export interface Rate extends Comparison {
  /** Bare appends a second, 64 at once, each to another subject: a reservation is two of these, and a share of two more. */
  readonly bareAtOncePerSecond: number;
}

export interface EndToEnd {
  /** Reservations a second, request to NetworkReserved, 64 in flight; the floor is bare appends one after the other. */
  readonly empty: Rate;
  /** The same while `reserved` networks are reserved. */
  readonly filled: Rate;
  readonly reserved: number;
  /** Rate of `filled` over that of `empty`: median of the rounds' own ratios. */
  readonly filledOverEmpty: number;
}

interface Rates {
  readonly perSecond: number;
  readonly floorPerSecond: number;
  readonly bareAtOncePerSecond: number;
}

/** Two worlds on the same machine, an empty one and a full one, in turns: a busy machine slows both. */
export async function endToEnd(options: {
  readonly reservations: number;
  readonly reserved: number;
  readonly rounds: number;
}): Promise<EndToEnd> {
  const worlds: AllocatorWorld[] = [];
  try {
    for (let count = 0; count < 2; count += 1) worlds.push(await AllocatorWorld.start());
    const [empty, filled] = worlds;
    if (empty === undefined || filled === undefined) throw new Error('unreachable');
    await filled.reserve(options.reserved, 512);
    const pairs: { readonly empty: Rates; readonly filled: Rates }[] = [];
    // The first is not counted: it is slower, whatever it is.
    for (let round = 0; round <= options.rounds; round += 1) {
      const [first, second] = round % 2 === 0 ? [empty, filled] : [filled, empty];
      const [one, other] = [await measure(first, options), await measure(second, options)];
      if (round > 0) pairs.push(first === empty ? { empty: one, filled: other } : { empty: other, filled: one });
    }
    return {
      empty: comparison(pairs.map((pair) => pair.empty)),
      filled: comparison(pairs.map((pair) => pair.filled)),
      reserved: options.reserved,
      filledOverEmpty: median(pairs.map((pair) => pair.filled.perSecond / pair.empty.perSecond)),
    };
  } finally {
    for (const world of worlds) await world.stop();
  }
}

async function measure(world: AllocatorWorld, { reservations }: { readonly reservations: number }): Promise<Rates> {
  const before = world.reserved;
  const floorPerSecond = await rate(APPENDS, bareAppends(world));
  const bareAtOncePerSecond = await rate(APPENDS, bareAtOnce(world));
  const perSecond = await rate(reservations, () => world.reserve(reservations, IN_FLIGHT));
  await world.release(before, IN_FLIGHT);
  return { perSecond, floorPerSecond, bareAtOncePerSecond };
}

async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (count * 1000) / (performance.now() - start);
}

/** Messages as real suites left them, made before the clock runs; of subjects that nobody follows. */
function bareAppends({ bare }: AllocatorWorld): () => Promise<void> {
  const subject = subjects.artifact(randomUUID());
  const events = [...repeatedMessages(APPENDS)];
  return async () => {
    let version = 0;
    for (const event of events) version = await bare.append({ ...event, subject, id: randomUUID() }, version);
  };
}

function bareAtOnce({ bare }: AllocatorWorld): () => Promise<void> {
  const events = [...repeatedMessages(APPENDS)];
  return async () => {
    const left = events.values();
    const writers = Array.from({ length: IN_FLIGHT }, async () => {
      for (const event of left)
        await bare.append({ ...event, subject: subjects.artifact(randomUUID()), id: randomUUID() }, 0);
    });
    await Promise.all(writers);
  };
}

const comparison = (rates: readonly Rates[]): Rate => ({
  perSecond: median(rates.map(({ perSecond }) => perSecond)),
  floorPerSecond: median(rates.map(({ floorPerSecond }) => floorPerSecond)),
  bareAtOncePerSecond: median(rates.map(({ bareAtOncePerSecond }) => bareAtOncePerSecond)),
  ratio: median(rates.map(({ perSecond, floorPerSecond }) => perSecond / floorPerSecond)),
});
