import type { AnyRecorded, EventLog, Following } from '@benchbus/events';
import { failParked } from './fail-parked.ts';
import { evolveSuite, initialSuiteState, suiteIsOver, withUnreleased, type SuiteState } from '../domain/suite-state.ts';

/** Open suites and their runs, kept up to date from the log; a suite that is over is forgotten as soon as all its runs are released. */
export interface SuiteIndex {
  /** An open suite. */
  get(suiteId: string): SuiteState | undefined;
  open(): ReadonlyMap<string, SuiteState>;
  /** Suites that are over, with those of their runs alone that are not released: overdue, they still hold what is left of them. */
  left(): ReadonlyMap<string, SuiteState>;
  /** Tells of each run whose release is over, done or overdue, whoever said so; returns how to end that. */
  onReleased(listener: (runId: string) => void): () => void;
  /** Resolves when everything up to this sequence is in the index. */
  reached(sequence: number): Promise<void>;
  stop(): Promise<void>;
}

const RUN = 'evt.run.';

/**
 * Reads the log from its start, then follows it. Resolves when the index has caught up. A fact that cannot be taken in is parked, so
 * that one suite does not hold up all others: its runs fail.
 */
export async function openSuiteIndex(log: EventLog, evolve = evolveSuite): Promise<SuiteIndex> {
  const suites = new Map<string, SuiteState>();
  const left = new Map<string, SuiteState>();
  let position = 0;
  const listeners = new Set<(runId: string) => void>();
  let waiting: { sequence: number; resolve: () => void }[] = [];

  const reach = (sequence: number): void => {
    position = sequence;
    waiting = waiting.filter((one) => {
      if (one.sequence > position) return true;
      one.resolve();
      return false;
    });
  };

  const onEvent = (event: AnyRecorded): void => {
    const suiteId = event.correlation;
    const known = suites.get(suiteId) ?? left.get(suiteId);
    // What comes after a suite's end (an overdue run is released at last) does not bring it back.
    if (event.name === 'SuiteAccepted' || known !== undefined) {
      const state = evolve(known ?? initialSuiteState, event);
      if (!suiteIsOver(state)) suites.set(suiteId, state);
      else {
        suites.delete(suiteId);
        const rest = withUnreleased(state);
        if (rest.runs.size > 0) left.set(suiteId, rest);
        else left.delete(suiteId);
      }
    }
    if (event.name === 'RunReleased' || event.name === 'RunReleaseOverdue')
      for (const listener of listeners) listener(event.subject.slice(RUN.length));
    reach(event.sequence);
  };

  const caughtUp = Promise.withResolvers<void>();
  const following: Following = await log.follow({
    name: 'suite-dispatcher-index',
    subjects: ['evt.suite.*', 'evt.run.*'],
    from: 'start',
    onEvent,
    onCaughtUp: () => caughtUp.resolve(),
    onParked: async (letter) => {
      // Nobody waits for what is not taken in; first the failure, so that whoever waited finds it.
      await failParked(letter, log);
      reach(letter.sequence);
    },
  });
  await caughtUp.promise;

  return {
    get: (suiteId) => suites.get(suiteId),
    open: () => suites,
    left: () => left,
    onReleased(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    reached: (sequence) =>
      sequence <= position
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push({ sequence, resolve });
          }),
    stop: () => following.stop(),
  };
}
