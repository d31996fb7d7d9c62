import type { AnyRecorded, Recorded } from '@benchbus/events';
import type { Problem, ProcessKind } from '@benchbus/suites';
import { attemptsOf } from './edge-view.ts';
import { tellingLines, type Ended } from './start-failure.ts';

export type Death = Recorded<'ProcessDied'>;

/** The attempt that the node's processes are of, where it is ready; undefined: there is nothing to watch. Pure. */
export function readyAttempt(history: readonly AnyRecorded[]): number | undefined {
  const newest = attemptsOf(history, 'database').at(-1);
  return newest?.outcome?.name === 'DatabaseReady' ? newest.attempt : undefined;
}

/** What died unasked of the newest attempt of a node; of `process` alone, where given. Pure. */
export function deathIn(history: readonly AnyRecorded[], process?: ProcessKind): Death | undefined {
  const newest = attemptsOf(history, 'database').at(-1)?.attempt;
  return history.find(
    (event): event is Death =>
      event.name === 'ProcessDied' &&
      event.data.attempt === newest &&
      (process === undefined || event.data.process === process),
  );
}

/** A process that had been ready ended, and nobody had asked it to. Pure. */
export function processDied({ node, address, kind, code, said }: Ended): Problem {
  const how = code === undefined ? 'was killed, or ended without a code' : `ended with exit code ${code}`;
  return {
    code: 'PROCESS_DIED',
    message: [`${kind} of node ${node} ${how}, and nobody had asked it to`, ...tellingLines(said)].join('\n'),
    where: `node ${node} (${address}), process ${kind}`,
    hint: `what was measured since is not the system that the suite describes; benchbus logs has all that ${kind} said`,
  };
}
