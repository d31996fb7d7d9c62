import { metrics, type BatchObservableResult, type Counter } from '@opentelemetry/api';

/** How long the log may take to say where it ends; other figures that are sent at the same time do not wait longer. */
const LOOK_MS = 5_000;

export interface Follower {
  readonly name: string;
  /** The sequence up to which everything was handled. */
  readonly handled: () => number;
  /** The last sequence there is for it. */
  readonly last: () => Promise<number>;
  readonly connected: () => boolean;
}

/** How long a follower has stood still with messages before it, from one look to the next. ms, of one clock. */
export function stillness(): (handled: number, last: number, now: number) => number {
  let [before, since] = [-1, 0];
  return (handled, last, now) => {
    if (last <= handled || handled !== before) [before, since] = [handled, now];
    return now - since;
  };
}

let errors: Counter | undefined;

/** `failed`: it is tried again; `parked`: given up, and skipped. */
export function countFollowerError(follower: string, outcome: 'failed' | 'parked', times = 1): void {
  errors ??= metrics.getMeter('benchbus').createCounter('benchbus.follower.errors', {
    description: 'Messages that a follower of the log could not handle, by what became of them',
    unit: '{error}',
  });
  errors.add(times, { follower, outcome });
}

const late = (): Promise<undefined> =>
  new Promise((resolve) => void setTimeout(() => resolve(undefined), LOOK_MS).unref());

/**
 * Tells, each time metrics are sent, how far a follower is. Each replica follows for itself: take the maximum, and look at each.
 * Returns how to stop that.
 */
export function observeFollower({ name: follower, handled, last, connected }: Follower): () => void {
  const meter = metrics.getMeter('benchbus');
  // A counter that begins with its first error hides that one from `increase`.
  for (const outcome of ['failed', 'parked'] as const) countFollowerError(follower, outcome, 0);
  const behind = meter.createObservableGauge('benchbus.follower.behind', {
    description:
      'Sequences of the log between what a follower handled last and the last there is for it; 0: it has all',
    unit: '{sequence}',
  });
  const stalled = meter.createObservableGauge('benchbus.follower.stalled', {
    description: 'How long a follower has had messages before it and handled none; 0: it goes on, or has all',
    unit: 's',
  });
  const stood = stillness();
  const observe = async (result: BatchObservableResult): Promise<void> => {
    // A server that is away has nothing to tell: the gauge ends, which is what an alert sees.
    const end = connected() ? await Promise.race([last().catch(() => undefined), late()]) : undefined;
    if (end === undefined) return;
    const at = handled();
    result.observe(behind, Math.max(0, end - at), { follower });
    result.observe(stalled, stood(at, end, performance.now()) / 1000, { follower });
  };
  const observed = [behind, stalled];
  meter.addBatchObservableCallback(observe, observed);
  return () => meter.removeBatchObservableCallback(observe, observed);
}
