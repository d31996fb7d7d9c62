import { subjects } from '@benchbus/events';
import { formatCidr } from './cidr.ts';
import { holdingsOf, strays, type HeldBlock, type HeldCapacity, type Holdings } from './holdings.ts';
import { at, type Intent } from './intent.ts';
import type { Run, State } from './state.ts';

/** What is to be given back: at most one step a run, in the order block, capacity, network. */
export function decideReleases(state: State): Intent[] {
  return [...state.runs.values()].flatMap((run) => {
    const intent = isReleasing(run)
      ? (giveBack(run, holdingsOf(state, run)) ?? releaseNetwork(run))
      : giveBack(run, strays(state, run));
    return intent === undefined ? [] : [intent];
  });
}

/**
 * The end of a run: its deployment is destroyed, or it never asked for one and its release is requested.
 * A deployment that may still exist keeps its block and host, however late it is.
 */
export function isReleasing(run: Run): boolean {
  if (run.networkReleased || run.overBy === undefined) return false;
  return run.deployment === 'destroyed' || (run.deployment === 'none' && run.releaseRequestedBy !== undefined);
}

const causeOf = (run: Run, fallback: string): string =>
  (run.deployment === 'destroyed' ? run.destroyedBy : undefined) ?? run.releaseRequestedBy ?? run.overBy ?? fallback;

function giveBack(run: Run, { blocks, capacities }: Holdings): Intent | undefined {
  const [block] = blocks;
  const [held] = capacities;
  return block !== undefined ? releaseBlock(run, block) : held !== undefined ? releaseCapacity(run, held) : undefined;
}

function releaseBlock(run: Run, { pool, grant }: HeldBlock): Intent {
  return {
    draft: {
      name: 'BlocksReleased',
      subject: pool.subject,
      data: { blocks: [{ runId: run.runId, cidr: formatCidr(pool.blockAt(grant.index)) }] },
      cause: causeOf(run, grant.eventId),
      discriminator: at(run.runId, pool.version),
      correlation: run.correlation,
    },
    expected: pool.version,
    contended: true,
  };
}

function releaseCapacity(run: Run, { capacity, grant }: HeldCapacity): Intent {
  return {
    draft: {
      name: 'CapacityReleased',
      subject: subjects.capacity(capacity.hostId),
      data: { runIds: [run.runId] },
      cause: causeOf(run, grant.eventId),
      discriminator: at(run.runId, capacity.version),
      correlation: run.correlation,
    },
    expected: capacity.version,
    contended: true,
  };
}

function releaseNetwork(run: Run): Intent {
  const { reservation } = run;
  return {
    draft: {
      name: 'NetworkReleased',
      subject: subjects.network(run.runId),
      // A run that never got anything is released all the same, so that whoever waits for it sees the end.
      data: reservation === undefined ? {} : { hostId: reservation.hostId, cidr: reservation.cidr },
      cause: causeOf(run, run.runId),
      discriminator: at(run.runId, run.networkVersion),
      correlation: run.correlation,
    },
    expected: run.networkVersion,
    contended: false,
  };
}
