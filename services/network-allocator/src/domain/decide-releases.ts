import { subjects } from '@benchbus/events';
import { formatCidr } from './cidr.ts';
import { holdingsOf, strays, type HeldBlock, type HeldCapacity } from './holdings.ts';
import { after, at, MOST_AT_ONCE, networkOf, traced, type Intent, type Rules } from './intent.ts';
import type { Run, State } from './state.ts';

type Held<T> = T & { readonly run: Run };

/** What is to be given back: at most one step a run, in the order block, capacity, network; runs together where they can. */
export function decideReleases(state: State, { busy, quarantineMs }: Rules): Intent[] {
  const isBusy = (subject: string): boolean => busy?.has(subject) === true;
  const blocks = new Map<string, Held<HeldBlock>[]>();
  const capacities = new Map<string, Held<HeldCapacity>[]>();
  const networks: Intent[] = [];
  for (const run of state.work.releasing) {
    const isOver = isReleasing(run);
    const held = isOver ? holdingsOf(state, run) : strays(state, run);
    const [block, capacity] = [held.blocks[0], held.capacities[0]];
    if (block !== undefined) add(blocks, block.pool.subject, { ...block, run });
    else if (capacity !== undefined) add(capacities, subjects.capacity(capacity.capacity.hostId), { ...capacity, run });
    else if (isOver && !isBusy(networkOf(run))) networks.push(releaseNetwork(run));
  }
  return [
    ...[...blocks].filter(([subject]) => !isBusy(subject)).flatMap(([, all]) => releaseBlocks(all, quarantineMs)),
    ...[...capacities].filter(([subject]) => !isBusy(subject)).flatMap(([, all]) => releaseCapacity(all)),
    ...networks,
  ];
}

function add<T>(groups: Map<string, T[]>, key: string, value: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else if (group.length < MOST_AT_ONCE) group.push(value);
}

/**
 * The end of a run: its deployment is destroyed, or it never asked for one and its release is requested.
 * A deployment that may still exist keeps its block and host, however late it is; one that was lost with its host does not exist.
 */
export function isReleasing(run: Run): boolean {
  if (run.networkReleased) return false;
  if (run.lost !== undefined) return true;
  if (run.overBy === undefined) return false;
  return run.deployment === 'destroyed' || (run.deployment === 'none' && run.releaseRequestedBy !== undefined);
}

const causeOf = (run: Run, fallback: string): string =>
  run.lost?.eventId ??
  (run.deployment === 'destroyed' ? run.destroyedBy : undefined) ??
  run.releaseRequestedBy ??
  run.overBy ??
  fallback;

function releaseBlocks(all: readonly Held<HeldBlock>[], quarantineMs: number): Intent[] {
  const [first] = all;
  if (first === undefined) return [];
  const { run, pool, grant } = first;
  return [
    {
      draft: {
        name: 'BlocksReleased',
        subject: pool.subject,
        data: {
          blocks: all.map((one) => ({ runId: one.run.runId, cidr: formatCidr(pool.blockAt(one.grant.index)) })),
          quarantineMs,
        },
        cause: causeOf(run, grant.eventId),
        discriminator: at(run.runId, pool.version),
        correlation: run.correlation,
        ...traced(all.map((one) => one.run.correlation)),
      },
      expected: pool.version,
      contended: true,
    },
  ];
}

function releaseCapacity(all: readonly Held<HeldCapacity>[]): Intent[] {
  const [first] = all;
  if (first === undefined) return [];
  const { run, capacity, grant } = first;
  return [
    {
      draft: {
        name: 'CapacityReleased',
        subject: subjects.capacity(capacity.hostId),
        data: { runIds: all.map((one) => one.run.runId) },
        cause: causeOf(run, grant.eventId),
        discriminator: at(run.runId, capacity.version),
        correlation: run.correlation,
        ...traced(all.map((one) => one.run.correlation)),
      },
      expected: capacity.version,
      contended: true,
      follows: run.latestStep?.eventId,
    },
  ];
}

function releaseNetwork(run: Run): Intent {
  const { reservation, lost } = run;
  return {
    draft: {
      name: 'NetworkReleased',
      subject: subjects.network(run.runId),
      // A run that never got anything is released all the same, so that whoever waits for it sees the end.
      data: {
        ...(reservation && { hostId: reservation.hostId, cidr: reservation.cidr }),
        ...(lost && { lost: { hostId: lost.hostId, reason: lost.reason } }),
      },
      cause: causeOf(run, run.runId),
      discriminator: at(run.runId, run.networkVersion),
      correlation: run.correlation,
      ...after(run),
    },
    expected: run.networkVersion,
    contended: false,
    follows: run.latestStep?.eventId,
  };
}
