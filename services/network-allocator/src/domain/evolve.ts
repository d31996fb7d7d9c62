import type { AnyRecorded, EventName, Recorded } from '@benchbus/events';
import { parseSubject, subjects } from '@benchbus/events';
import { announcePools, judgeScope } from './announced.ts';
import { withoutShare, withShare } from './capacity.ts';
import { overlaps, parseCidr } from './cidr.ts';
import { Pool, poolFault } from './pool.ts';
import { standsAt } from './stands-at.ts';
import { openRequest, UNUSED, type Capacity, type Host, type Run, type State } from './state.ts';
import { placeName, reviewHopes, reviewPool, reviewRun } from './work.ts';

type Named<N extends EventName> = Extract<AnyRecorded, { readonly name: N }>;

/**
 * Takes one fact into the projection. Facts come in log order, each once; one seen already is ignored.
 * Deterministic, and without clock or I/O: a replay gives the same projection. It changes `state` in place, because a
 * pool's bitmap is too big to be copied for each fact, and keeps the lists of what there is to do (State.work).
 */
export function evolve(state: State, event: AnyRecorded): State {
  if (event.sequence <= state.sequence) return state;
  const [id = ''] = parseSubject(event.subject)?.ids ?? [];
  switch (event.name) {
    case 'HostAnnounced':
      announce(state, id, hostOf(id, event));
      break;
    case 'HostLeft':
      announce(state, id, undefined);
      break;
    case 'PoolDefined':
      definePool(state, event);
      break;
    case 'BlocksGranted':
    case 'BlocksReleased':
    case 'BlocksOccupied':
    case 'BlocksVacated':
      evolvePool(state, event);
      break;
    case 'CapacityGranted':
    case 'CapacityReleased':
      evolveCapacity(state, id, event);
      break;
    case 'CapacityLost':
      lose(state, id, event);
      break;
    case 'NetworkReserved':
    case 'NetworkRejected':
    case 'NetworkReleased':
      evolveNetwork(state, runOf(state, id, event), event);
      break;
    case 'RunReleased':
      forget(state, id);
      break;
    default:
      if (event.subject.startsWith('evt.run.')) evolveRun(state, runOf(state, id, event), event);
      else if (event.subject.startsWith('evt.deployment.')) evolveDeployment(state, runOf(state, id, event), event);
  }
  // Last: what could not be taken in is not held for seen when it is handed over again.
  state.sequence = event.sequence;
  return state;
}

/** A fact of the run could not be taken in, which may have asked for a deployment: nothing is released before its end. */
export function mayBeDeployed(state: State, runId: string): void {
  const run = state.runs.get(runId);
  if (run?.deployment !== 'none') return;
  run.deployment = 'open';
  reviewRun(state, run);
}

function announce(state: State, hostId: string, host: Host | undefined): void {
  if (host === undefined) state.hosts.delete(hostId);
  else state.hosts.set(hostId, host);
  for (const subject of announcePools(state, hostId, host).keys()) reviewPool(state, subject);
  reviewHopes(state);
}

function hostOf(hostId: string, event: Recorded<'HostAnnounced'>): Host {
  const { hostname, targets, cores, memoryBytes, occupied } = event.data;
  return { hostId, hostname, targets, cores, memoryBytes, occupied, eventId: event.id };
}

function definePool(state: State, { subject, data, sequence, time }: Recorded<'PoolDefined'>): void {
  // A second definition of a pool would forget its grants: the first one stands.
  if (state.pools.has(subject) || poolFault(data.cidr, data.blockPrefix) !== undefined) return;
  const pool = new Pool(subject, data.scope, data.cidr, data.blockPrefix);
  for (const excluded of data.exclusions) {
    const cidr = pool.inside(excluded);
    if (cidr !== undefined)
      pool.occupy({ cidr, by: 'excluded by its definition', source: 'operator', at: Date.parse(time) });
  }
  pool.version = sequence;
  pool.definedAt = sequence;
  state.pools.set(subject, pool);
  judgeScope(state, pool.scope);
  for (const { scope, subject: announced } of state.announced.values())
    if (scope === pool.scope) reviewPool(state, announced);
  reviewHopes(state);
}

function evolvePool(
  state: State,
  event: Named<'BlocksGranted' | 'BlocksReleased' | 'BlocksOccupied' | 'BlocksVacated'>,
): void {
  const pool = state.pools.get(event.subject);
  if (pool === undefined) return;
  const concerned: Run[] = [];
  const at = Date.parse(event.time);
  switch (event.name) {
    case 'BlocksGranted':
      for (const { runId, cidr, attempt } of event.data.grants) {
        const index = pool.grant(cidr);
        const run = runOf(state, runId, event);
        if (index !== undefined) run.blocks.set(event.subject, { index, attempt, eventId: event.id });
        concerned.push(run);
      }
      break;
    case 'BlocksReleased':
      for (const { runId } of event.data.blocks) {
        const run = state.runs.get(runId);
        const grant = run?.blocks.get(event.subject);
        if (run === undefined || grant === undefined) continue;
        pool.release(grant.index, at);
        run.blocks.delete(event.subject);
        concerned.push(run);
      }
      break;
    case 'BlocksOccupied':
      for (const block of event.data.blocks) pool.occupy({ ...block, at });
      break;
    case 'BlocksVacated':
      for (const { cidr } of event.data.blocks) pool.vacate(cidr, at);
  }
  // Last: what could not be taken in must not look as if it were, or the next decision is one on this version.
  pool.version = event.sequence;
  takeStep(state, concerned, event);
  reviewPool(state, event.subject);
}

function evolveCapacity(state: State, hostId: string, event: Named<'CapacityGranted' | 'CapacityReleased'>): void {
  const capacity = capacityOf(state, hostId);
  capacity.version = event.sequence;
  const concerned: Run[] = [];
  const drop = (runId: string): void => {
    const grant = capacity.grants.get(runId);
    if (grant !== undefined) capacity.used = withoutShare(capacity.used, grant);
    capacity.grants.delete(runId);
  };
  for (const grant of 'grants' in event.data ? event.data.grants : []) {
    drop(grant.runId);
    capacity.grants.set(grant.runId, { ...grant, eventId: event.id });
    capacity.used = withShare(capacity.used, grant);
    const run = runOf(state, grant.runId, event);
    run.capacities.add(hostId);
    if (grant.sharing === 'exclusive') state.served.set(run.request?.suiteId ?? run.correlation, event.sequence);
    concerned.push(run);
  }
  for (const runId of 'runIds' in event.data ? event.data.runIds : []) {
    drop(runId);
    const run = state.runs.get(runId);
    if (run === undefined) continue;
    run.capacities.delete(hostId);
    concerned.push(run);
  }
  takeStep(state, concerned, event);
}

/** The host offers nothing until it announces itself anew; what stood there gives back what it holds, whatever else it waits for. */
function lose(state: State, hostId: string, event: Recorded<'CapacityLost'>): void {
  const { reason, runIds } = event.data;
  capacityOf(state, hostId).version = event.sequence;
  const runs = runIds.map((runId) => state.runs.get(runId)).filter((run) => run !== undefined);
  const loss = { hostId, reason, eventId: event.id };
  // Judged anew: meanwhile it may have got another place, which is not lost.
  for (const run of runs)
    if (standsAt(state, run, hostId) === 'what is left') run.lostUnlessElsewhere = loss;
    else run.lost = loss;
  takeStep(state, runs, event);
  announce(state, hostId, undefined);
}

function capacityOf(state: State, hostId: string): Capacity {
  const capacity = state.capacities.get(hostId) ?? { hostId, version: 0, grants: new Map(), used: UNUSED };
  state.capacities.set(hostId, capacity);
  return capacity;
}

/** The fact is a step on the way of these runs. */
function takeStep(state: State, runs: readonly Run[], { id, correlation }: AnyRecorded): void {
  for (const run of runs) {
    run.latestStep = { eventId: id, suite: correlation };
    forgetIfEmpty(state, run);
    reviewRun(state, run);
  }
}

function evolveNetwork(state: State, run: Run, event: AnyRecorded): void {
  run.networkVersion = event.sequence;
  if (event.name === 'NetworkReleased') {
    run.networkReleased = true;
    reserve(state, run, undefined);
  }
  // A slow replica may answer an attempt that was given up already: others may be releasing what that answer names.
  if (event.name === 'NetworkReserved' && openRequest(run)?.attempt === event.data.attempt)
    reserve(state, run, event.data);
  if (event.name === 'NetworkReserved' || event.name === 'NetworkRejected')
    run.answeredAttempt = Math.max(run.answeredAttempt, event.data.attempt);
  reviewRun(state, run);
}

/** The reservation stands, and no other of this run; also in the list of its place. */
function reserve(state: State, run: Run, reservation: Run['reservation']): void {
  const listOf = (hostId: string): Set<string> => {
    const place = placeName(run.request?.target ?? '', hostId);
    const list = state.reserved.get(place) ?? new Set();
    state.reserved.set(place, list);
    return list;
  };
  if (run.reservation !== undefined) listOf(run.reservation.hostId).delete(run.reservation.cidr);
  delete run.reservation;
  if (reservation === undefined) return;
  run.reservation = reservation;
  listOf(reservation.hostId).add(reservation.cidr);
}

function evolveRun(state: State, run: Run, event: AnyRecorded): void {
  switch (event.name) {
    case 'RunNetworkRequested':
      if (event.data.attempt < (run.request?.attempt ?? 0)) break;
      run.request = {
        ...event.data,
        sequence: event.sequence,
        eventId: event.id,
        askedAt: Date.parse(event.time),
        deadlineAt: Date.parse(event.data.deadline),
        kind: `${event.data.target} ${event.data.pool?.cidr} ${event.data.pool?.blockPrefix}`,
      };
      break;
    case 'RunDeploymentRequested':
      run.deployment = 'open';
      run.deployedAt = event.data.hostId;
      delete run.lostUnlessElsewhere;
      break;
    case 'RunCancelling':
    case 'RunFailed':
    case 'RunCancelled':
    case 'RunCompleted':
      run.overBy ??= event.id;
      break;
    case 'RunReleaseRequested':
      run.overBy ??= event.id;
      run.releaseRequestedBy ??= event.id;
      break;
    default:
      return;
  }
  // It asks for no other deployment any more.
  if (run.overBy !== undefined && run.lostUnlessElsewhere !== undefined) run.lost ??= run.lostUnlessElsewhere;
  reviewRun(state, run);
}

function evolveDeployment(state: State, run: Run, event: AnyRecorded): void {
  if (event.name === 'DeploymentDestroyed') {
    run.deployment = 'destroyed';
    run.destroyedBy = event.id;
    delete run.lostUnlessElsewhere;
  } else if (event.name === 'PlacementPlanned' || event.name === 'NodeProvisioned') {
    run.deployment = 'open';
  } else if (event.name === 'DeploymentFailed') suspect(state, run, event.data.problem);
  else return;
  reviewRun(state, run);
}

/** The target found somebody else on the block: the run gives it back, and nobody is to get it after. */
function suspect(state: State, run: Run, { code, message }: { code: string; message: string }): void {
  const { reservation } = run;
  if (code !== 'SUBNET_TAKEN' || reservation === undefined || run.deployment !== 'open') return;
  const subject = subjects.pool(reservation.pool.scope, reservation.pool.cidr);
  state.pools.get(subject)?.suspects.set(reservation.cidr, message);
  const block = parseCidr(reservation.cidr);
  // What hosts listed there was not the run's own.
  for (const claim of [...(state.announced.get(subject)?.hosts.values() ?? [])].flat())
    if (block !== undefined && overlaps(block, claim.range)) claim.isOwn = false;
  run.deployment = 'refused';
  reserve(state, run, undefined);
}

function runOf(state: State, runId: string, event: AnyRecorded): Run {
  const known = state.runs.get(runId);
  if (known !== undefined) return known;
  const run: Run = {
    runId,
    correlation: event.correlation,
    answeredAttempt: 0,
    deployment: 'none',
    networkVersion: 0,
    networkReleased: false,
    forgotten: false,
    capacities: new Set(),
    blocks: new Map(),
  };
  state.runs.set(runId, run);
  return run;
}

/** A run that ended leaves the projection; one that still holds something stays until that is released. */
function forget(state: State, id: string): void {
  const run = state.runs.get(id);
  if (run === undefined) return;
  if (run.capacities.size + run.blocks.size === 0) drop(state, run);
  else run.forgotten = true;
}

/** A slow replica may have granted something to a run that was released and forgotten: once undone, forget it again. */
function forgetIfEmpty(state: State, run: Run): void {
  if (run.capacities.size + run.blocks.size > 0) return;
  const strayed = run.request === undefined && run.networkVersion === 0 && run.overBy === undefined;
  if (strayed || run.forgotten) drop(state, run);
}

function drop(state: State, run: Run): void {
  reserve(state, run, undefined);
  state.runs.delete(run.runId);
  reviewRun(state, run);
}
