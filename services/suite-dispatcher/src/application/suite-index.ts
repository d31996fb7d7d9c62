import type { AnyRecorded, EventLog, Following } from '@benchbus/events';
import { evolveSuite, initialSuiteState, suiteIsOver, type SuiteState } from '../domain/suite-state.ts';

/** Open suites and their runs, kept up to date from the log; a suite that is over is forgotten. */
export interface SuiteIndex {
  get(suiteId: string): SuiteState | undefined;
  open(): ReadonlyMap<string, SuiteState>;
  /** Tells of each run whose release is over, done or overdue, whoever said so; returns how to end that. */
  onReleased(listener: (runId: string) => void): () => void;
  /** Resolves when everything up to this sequence is in the index. */
  reached(sequence: number): Promise<void>;
  stop(): Promise<void>;
}

const RUN = 'evt.run.';

/** Reads the log from its start, then follows it. Resolves when the index has caught up. */
export async function openSuiteIndex(log: EventLog): Promise<SuiteIndex> {
  const suites = new Map<string, SuiteState>();
  let position = 0;
  const listeners = new Set<(runId: string) => void>();
  let waiting: { sequence: number; resolve: () => void }[] = [];

  const onEvent = (event: AnyRecorded): void => {
    position = event.sequence;
    const suiteId = event.correlation;
    // What comes after a suite's end (an overdue run is released at last) does not bring it back.
    if (event.name === 'SuiteAccepted' || suites.has(suiteId)) {
      const state = evolveSuite(suites.get(suiteId) ?? initialSuiteState, event);
      if (suiteIsOver(state)) suites.delete(suiteId);
      else suites.set(suiteId, state);
    }
    if (event.name === 'RunReleased' || event.name === 'RunReleaseOverdue')
      for (const listener of listeners) listener(event.subject.slice(RUN.length));
    waiting = waiting.filter(({ sequence, resolve }) => {
      if (sequence > position) return true;
      resolve();
      return false;
    });
  };

  const caughtUp = Promise.withResolvers<void>();
  const following: Following = await log.follow({
    name: 'suite-dispatcher-index',
    subjects: ['evt.suite.*', 'evt.run.*'],
    from: 'start',
    onEvent,
    onCaughtUp: () => caughtUp.resolve(),
  });
  await caughtUp.promise;

  return {
    get: (suiteId) => suites.get(suiteId),
    open: () => suites,
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
