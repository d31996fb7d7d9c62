import { subjects, type Draft } from '@benchbus/events';
import { formatCidr } from './cidr.ts';
import { at, type Intent } from './intent.ts';
import { openRequest, type Run, type State } from './state.ts';

/** What is to be given back: at most one step a run, in the order block, capacity, network. */
export function decideReleases(state: State): Intent[] {
  return [...state.runs.values()].flatMap((run) => {
    const intent = isReleasing(run)
      ? release(state, run)
      : isStray(state, run)
        ? releaseHoldings(state, run)
        : undefined;
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

/**
 * Something was granted that no reservation uses, and nobody waits for any more: a crash between the appends, a run cancelled
 * meanwhile, a deadline that passed, a replica that had not yet seen the release. Or the run still waits, but the host left.
 */
function isStray(state: State, run: Run): boolean {
  if (run.capacityAt === undefined && run.blockIn === undefined) return false;
  if (run.deployment === 'open') return false;
  const hostLeft = run.capacityAt !== undefined && !state.hosts.has(run.capacityAt);
  return openRequest(run) === undefined ? run.reservation === undefined : hostLeft;
}

function release(state: State, run: Run): Intent | undefined {
  return releaseHoldings(state, run) ?? releaseNetwork(run);
}

const causeOf = (run: Run, fallback: string): string =>
  (run.deployment === 'destroyed' ? run.destroyedBy : undefined) ?? run.releaseRequestedBy ?? run.overBy ?? fallback;

function releaseHoldings(state: State, run: Run): Intent | undefined {
  const pool = state.pools.get(run.blockIn ?? '');
  const block = pool?.grants.get(run.runId);
  if (pool !== undefined && block !== undefined) {
    const draft: Draft<'BlocksReleased'> = {
      name: 'BlocksReleased',
      subject: pool.subject,
      data: { blocks: [{ runId: run.runId, cidr: formatCidr(pool.blockAt(block.index)) }] },
      cause: causeOf(run, block.eventId),
      discriminator: at(run.runId, pool.version),
      correlation: run.correlation,
    };
    return { draft, expected: pool.version, contended: true };
  }
  const capacity = state.capacities.get(run.capacityAt ?? '');
  const grant = capacity?.grants.get(run.runId);
  if (capacity === undefined || grant === undefined) return undefined;
  const draft: Draft<'CapacityReleased'> = {
    name: 'CapacityReleased',
    subject: subjects.capacity(capacity.hostId),
    data: { runIds: [run.runId] },
    cause: causeOf(run, grant.eventId),
    discriminator: at(run.runId, capacity.version),
    correlation: run.correlation,
  };
  return { draft, expected: capacity.version, contended: true };
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
