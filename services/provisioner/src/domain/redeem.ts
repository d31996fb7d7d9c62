import type { Fence, Problem } from './types.ts';

/** What is kept of a code, under its hash: for whom it is, until when, and who used it. */
export interface CodeRecord {
  readonly runId: string;
  readonly node: string;
  readonly fence: Fence;
  /** ms since the epoch. */
  readonly expiresAt: number;
  readonly used?: { readonly at: number; readonly publicKey: string; readonly hostname: string };
}

export interface Claim {
  readonly runId: string;
  readonly node: string;
  readonly fence: Fence;
  readonly publicKey: string;
}

/** Which node, of which attempt, a key was enrolled as. */
export type Enrolled = Pick<Claim, 'runId' | 'node' | 'fence'>;

export type Asker = Pick<Claim, 'runId' | 'node'>;

/** What the log says of the node's run now. */
export interface RunNow {
  /** The fence of its latest plan, where that has the node; undefined: it has none. */
  readonly fence: Fence | undefined;
  /** Name of the event since which it is over. */
  readonly over: string | undefined;
}

const sameFence = (one: Fence, other: Fence | undefined): boolean =>
  one.incarnation === other?.incarnation && one.sequence === other.sequence;

const problem = (code: string, message: string, claim: Asker, hint: string): Problem => ({
  code,
  message,
  where: `${claim.runId}/${claim.node}`,
  hint,
});

const ANEW = 'the node has to be made anew: cancel the run, or let its provision stage be repeated';
const ATTACK = 'if nobody copied a node’s configuration, somebody else has it: see the provisioner’s log';

/** Not a refusal for good: the runner asks until its own host's provisioner is asked. */
export const otherHost = (asker: Asker, asked: string, ofRun: string): Problem =>
  problem(
    'ENROLMENT_OTHER_HOST',
    `host ${asked} was asked, and run ${asker.runId} is of host ${ofRun}`,
    asker,
    'the runner asks again; if it stays so, that host’s provisioner is away',
  );

/** A key is of one node of one attempt: who comes with another's would take that one's access away. */
export const keyTaken = (asker: Asker): Problem =>
  problem('ENROLMENT_KEY_TAKEN', 'the key was enrolled as another node’s, or of another attempt', asker, ATTACK);

/** Why a runner may have no access to the run (any more), whatever code it has; undefined: it may. */
export function notCurrent(claim: Enrolled, now: RunNow): Problem | undefined {
  const { runId, node, fence } = claim;
  if (now.over !== undefined)
    return problem('ENROLMENT_OVER', `run ${runId} is over (${now.over})`, claim, 'start another run');
  if (now.fence === undefined) return problem('ENROLMENT_OVER', `run ${runId} has no node ${node}`, claim, ANEW);
  if (!sameFence(fence, now.fence))
    return problem('ENROLMENT_WRONG_FENCE', 'the node is of another attempt than the run’s latest', claim, ANEW);
  return undefined;
}

/**
 * May this key have access beyond the end of what it was given? The asker says the key, and the server whose node it is: only
 * the two together, as they were enrolled, are renewed.
 * @param enrolled what the key was enrolled as; undefined: it was not
 */
export function renewalRefusal(enrolled: Enrolled | undefined, asker: Asker, now: RunNow): Problem | undefined {
  if (enrolled?.runId !== asker.runId || enrolled.node !== asker.node)
    return problem('ENROLMENT_KEY_UNKNOWN', 'the key was not enrolled as this node’s', asker, ATTACK);
  return notCurrent(enrolled, now);
}

/**
 * May this claim have what the code is good for? The key that used it may ask again, so that a lost answer loses no node.
 * @param record what is kept of the code; undefined: nothing
 */
export function refusal(record: CodeRecord | undefined, claim: Claim, now: RunNow, at: number): Problem | undefined {
  if (record === undefined) return problem('ENROLMENT_CODE_UNKNOWN', 'there is no such enrolment code', claim, ATTACK);
  const { used } = record;
  if (record.runId !== claim.runId || record.node !== claim.node)
    return problem('ENROLMENT_WRONG_NODE', 'the enrolment code is another node’s', claim, ATTACK);
  if (!sameFence(record.fence, claim.fence))
    return problem('ENROLMENT_WRONG_FENCE', 'the enrolment code is of another attempt', claim, ANEW);
  if (used !== undefined && used.publicKey !== claim.publicKey)
    return problem('ENROLMENT_CODE_USED', 'the enrolment code was used already', claim, ATTACK);
  if (record.expiresAt <= at) return problem('ENROLMENT_CODE_EXPIRED', 'the enrolment code has expired', claim, ANEW);
  return notCurrent(claim, now);
}
