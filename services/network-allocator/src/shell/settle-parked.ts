import {
  attributesOf,
  decideAndAppend,
  definitionOfType,
  parseSubject,
  problemOfLetter,
  subjects,
  TypeTooNew,
  type AnyRecorded,
  type EventLog,
  type ParkedLetter,
} from '@benchbus/events';
import { mayBeDeployed } from '../domain/evolve.ts';
import type { State } from '../domain/state.ts';

/**
 * What becomes of a fact that the projection could not take in, and skipped. A request for a network is refused, so that its run
 * does not wait until its deadline. Of one that may have asked for a deployment it is kept in mind that there may be one: a block
 * must not go to others meanwhile. Of any other the letter is all that tells.
 */
export async function settleParked(letter: ParkedLetter, log: EventLog, state: State): Promise<void> {
  try {
    await settle(letter, log, state);
  } catch (error) {
    // A newer benchbus goes on with this run; the projection must not stand still for it.
    if (!(error instanceof TypeTooNew)) throw error;
  }
}

async function settle(letter: ParkedLetter, log: EventLog, state: State): Promise<void> {
  const [runId] = parseSubject(letter.subject)?.ids ?? [];
  const type = definitionOfType(attributesOf(letter.headers)['ce-type'] ?? '');
  if (runId === undefined || type.kind === 'unknown') return;
  const history = await log.read(letter.subject);
  if (type.definition.name === 'RunNetworkRequested') return refuse(runId, history, letter, log);
  const isReadable = history.some(({ sequence }) => sequence === letter.sequence);
  if (type.definition.name === 'RunDeploymentRequested' && isReadable) mayBeDeployed(state, runId);
}

async function refuse(runId: string, run: readonly AnyRecorded[], letter: ParkedLetter, log: EventLog): Promise<void> {
  const asked = run.findLast(
    (event) =>
      (event.name === 'RunNetworkRequested' && event.sequence === letter.sequence) ||
      (event.name === 'RunStageStarted' && event.data.stage === 'network' && event.sequence < letter.sequence),
  );
  // Nobody waits for an answer.
  if (asked?.name !== 'RunNetworkRequested' && asked?.name !== 'RunStageStarted') return;
  const { attempt } = asked.data;
  const subject = subjects.network(runId);
  await decideAndAppend(log, subject, (history) => {
    const isOver = history.some(
      (event) =>
        event.name === 'NetworkReleased' ||
        ((event.name === 'NetworkReserved' || event.name === 'NetworkRejected') && event.data.attempt >= attempt),
    );
    if (isOver) return undefined;
    const data = { attempt, problem: problemOfLetter(letter) };
    const { id: cause, correlation } = asked;
    return { name: 'NetworkRejected', subject, data, cause, discriminator: letter.id, attempt, correlation };
  });
}
