import type { AnyRecorded, EventName, Recorded } from '@benchbus/events';
import { parseSubject } from '@benchbus/events';
import { canonicalCidr } from './cidr.ts';
import { Pool, poolFault } from './pool.ts';
import { openRequest, type Host, type Run, type State } from './state.ts';

type Named<N extends EventName> = Extract<AnyRecorded, { readonly name: N }>;

/**
 * Takes one fact into the projection. Facts come in log order, each once; one seen already is ignored.
 * Deterministic, and without clock or I/O: a replay gives the same projection. It changes `state` in place, because a
 * pool's bitmap is too big to be copied for each fact.
 */
export function evolve(state: State, event: AnyRecorded): State {
  if (event.sequence <= state.sequence) return state;
  const [id = ''] = parseSubject(event.subject)?.ids ?? [];
  switch (event.name) {
    case 'HostAnnounced':
      state.hosts.set(id, hostOf(state, id, event));
      break;
    case 'HostLeft':
      state.hosts.delete(id);
      break;
    case 'PoolDefined':
      definePool(state, event);
      break;
    case 'BlocksGranted':
    case 'BlocksReleased':
    case 'BlocksOccupied':
      evolvePool(state, event);
      break;
    case 'CapacityGranted':
    case 'CapacityReleased':
      evolveCapacity(state, id, event);
      break;
    case 'NetworkReserved':
    case 'NetworkRejected':
    case 'NetworkReleased':
      evolveNetwork(runOf(state, id, event), event);
      break;
    case 'RunReleased':
      forget(state, id);
      break;
    default:
      if (event.subject.startsWith('evt.run.')) evolveRun(runOf(state, id, event), event);
      else if (event.subject.startsWith('evt.deployment.')) evolveDeployment(runOf(state, id, event), event);
  }
  // Last: what could not be taken in is not held for seen when it is handed over again.
  state.sequence = event.sequence;
  return state;
}

/** A fact of the run could not be taken in, which may have asked for a deployment: nothing is released before its end. */
export function mayBeDeployed(state: State, runId: string): void {
  const run = state.runs.get(runId);
  if (run?.deployment === 'none') run.deployment = 'open';
}

function hostOf(state: State, hostId: string, event: Recorded<'HostAnnounced'>): Host {
  const { hostname, targets, cores, memoryBytes, occupied } = event.data;
  const pools = [...state.pools.values()].filter((pool) => pool.scope === hostId);
  return {
    hostId,
    hostname,
    targets,
    cores,
    memoryBytes,
    occupied: occupied.filter(({ cidr }) => !pools.some((pool) => pool.grantedIn(cidr))),
    eventId: event.id,
  };
}

function definePool(state: State, { subject, data, sequence }: Recorded<'PoolDefined'>): void {
  // A second definition of a pool would forget its grants: the first one stands.
  if (state.pools.has(subject) || poolFault(data.cidr, data.blockPrefix) !== undefined) return;
  const pool = new Pool(subject, data.scope, data.cidr, data.blockPrefix);
  for (const cidr of data.exclusions) pool.occupy(canonicalCidr(cidr) ?? cidr, 'excluded by its definition');
  pool.version = sequence;
  state.pools.set(subject, pool);
}

function evolvePool(state: State, event: Named<'BlocksGranted' | 'BlocksReleased' | 'BlocksOccupied'>): void {
  const pool = state.pools.get(event.subject);
  if (pool === undefined) return;
  const { data } = event;
  for (const grant of 'grants' in data ? data.grants : []) {
    pool.grant(grant, event.id);
    runOf(state, grant.runId, event).blocks.add(event.subject);
  }
  for (const block of 'blocks' in data ? data.blocks : []) {
    if ('by' in block) {
      pool.occupy(block.cidr, block.by);
      continue;
    }
    pool.release(block.runId);
    const run = state.runs.get(block.runId);
    run?.blocks.delete(event.subject);
    forgetIfEmpty(state, run);
  }
  // Last: what could not be taken in must not look as if it were, or the next decision is one on this version.
  pool.version = event.sequence;
}

function evolveCapacity(state: State, hostId: string, event: Named<'CapacityGranted' | 'CapacityReleased'>): void {
  const capacity = state.capacities.get(hostId) ?? { hostId, version: 0, grants: new Map() };
  state.capacities.set(hostId, capacity);
  capacity.version = event.sequence;
  if ('grants' in event.data) {
    for (const grant of event.data.grants) {
      capacity.grants.set(grant.runId, { ...grant, eventId: event.id });
      runOf(state, grant.runId, event).capacities.add(hostId);
    }
    return;
  }
  for (const runId of event.data.runIds) {
    capacity.grants.delete(runId);
    const run = state.runs.get(runId);
    run?.capacities.delete(hostId);
    forgetIfEmpty(state, run);
  }
}

function evolveNetwork(run: Run, event: AnyRecorded): void {
  run.networkVersion = event.sequence;
  if (event.name === 'NetworkReleased') {
    run.networkReleased = true;
    delete run.reservation;
  }
  // A slow replica may answer an attempt that was given up already: others may be releasing what that answer names.
  if (event.name === 'NetworkReserved' && openRequest(run)?.attempt === event.data.attempt)
    run.reservation = event.data;
  if (event.name === 'NetworkReserved' || event.name === 'NetworkRejected')
    run.answeredAttempt = Math.max(run.answeredAttempt, event.data.attempt);
}

function evolveRun(run: Run, event: AnyRecorded): void {
  switch (event.name) {
    case 'RunNetworkRequested':
      if (event.data.attempt >= (run.request?.attempt ?? 0))
        run.request = { ...event.data, sequence: event.sequence, eventId: event.id };
      break;
    case 'RunDeploymentRequested':
      run.deployment = 'open';
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
      break;
  }
}

function evolveDeployment(run: Run, event: AnyRecorded): void {
  if (event.name === 'DeploymentDestroyed') {
    run.deployment = 'destroyed';
    run.destroyedBy = event.id;
  } else if (event.name === 'PlacementPlanned' || event.name === 'NodeProvisioned') {
    run.deployment = 'open';
  }
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
    blocks: new Set(),
  };
  state.runs.set(runId, run);
  return run;
}

/** A run that ended leaves the projection; one that still holds something stays until that is released. */
function forget(state: State, runId: string): void {
  const run = state.runs.get(runId);
  if (run === undefined) return;
  if (run.capacities.size + run.blocks.size === 0) state.runs.delete(runId);
  else run.forgotten = true;
}

/** A slow replica may have granted something to a run that was released and forgotten: once undone, forget it again. */
function forgetIfEmpty(state: State, run: Run | undefined): void {
  if (run === undefined || run.capacities.size + run.blocks.size > 0) return;
  const strayed = run.request === undefined && run.networkVersion === 0 && run.overBy === undefined;
  if (strayed || run.forgotten) state.runs.delete(run.runId);
}
