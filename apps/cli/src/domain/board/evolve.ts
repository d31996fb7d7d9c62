import type { AnyRecorded, Recorded } from '@benchbus/events';
import { parseSubject, subjects } from '@benchbus/events';
import { blockCount, blockRange, formatCidr, keepMs } from '@benchbus/suites';
import { stateOfRejection } from '../rejection.ts';
import { spansOf } from './block-spans.ts';
import type { BlockLease, Board, HostCard, HostPool, Outcome, PoolCard, RunCard } from './board.ts';
import { emptyBoard } from './board.ts';

function hostOf(board: Board, hostId: string): HostCard {
  const known = board.hosts.get(hostId);
  if (known) return known;
  const card = { hostId, hostname: hostId, targets: [], pools: [], cores: 0, memoryBytes: 0, present: false };
  const whole = { ...card, grants: new Map() };
  board.hosts.set(hostId, whole);
  return whole;
}

function runOf(board: Board, event: AnyRecorded): RunCard | undefined {
  const [id = ''] = parseSubject(event.subject)?.ids ?? [];
  return board.runs.get(id);
}

const SUITE_ENDS = { SuiteCompleted: 'completed', SuiteFailed: 'failed', SuiteCancelled: 'cancelled' } as const;

function evolveSuite(board: Board, event: AnyRecorded): void {
  const [suiteId = ''] = parseSubject(event.subject)?.ids ?? [];
  const card = board.suites.get(suiteId);
  switch (event.name) {
    case 'SuiteAccepted': {
      const runs = event.data.runs.map(({ runId, test, repeat }): RunCard => {
        const run = { suiteId, runId, test, repeat, attempt: 1, since: event.time, nodes: [], overdue: [] };
        return { ...run, phase: 'queued' };
      });
      for (const run of runs) board.runs.set(run.runId, run);
      const { name, parallelism } = event.data.suite;
      const fresh = { suiteId, name, parallelism, requestedAt: event.time, runs, problems: [] };
      board.suites.set(suiteId, { ...fresh, state: 'running' });
      return;
    }
    case 'SuiteRejected': {
      const fresh = { suiteId, name: suiteId, parallelism: 1, requestedAt: event.time, runs: [] };
      board.suites.set(suiteId, {
        ...fresh,
        state: stateOfRejection(event.data.problems),
        endedAt: event.time,
        problems: event.data.problems,
      });
      return;
    }
    case 'SuiteCancelling':
      if (card) card.state = 'cancelling';
      return;
    case 'SuiteCompleted':
    case 'SuiteFailed':
    case 'SuiteCancelled':
      if (card) Object.assign(card, { state: SUITE_ENDS[event.name], endedAt: event.time });
  }
}

/** The run is over: what it holds, if anything, is kept for a while or released at once. */
function end(run: RunCard, outcome: Outcome, at: string): void {
  const kept = run.keep === undefined || run.demand === undefined ? 0 : keepMs(run.keep, outcome);
  run.outcome = outcome;
  run.since = at;
  run.phase = kept > 0 ? 'kept' : 'releasing';
  delete run.until;
  if (kept > 0) run.until = new Date(Date.parse(at) + kept).toISOString();
}

function evolveRun(run: RunCard, event: AnyRecorded): void {
  switch (event.name) {
    case 'RunQueued':
      run.keep = event.data.settings.keep;
      return;
    case 'RunStageStarted':
      Object.assign(run, { phase: event.data.stage, attempt: event.data.attempt, since: event.time });
      run.until = event.data.deadline;
      return;
    case 'RunNetworkRequested':
      run.demand = { ...event.data, sequence: event.sequence };
      return;
    case 'RunCancelling':
      Object.assign(run, { phase: 'cancelling', since: event.time });
      delete run.until;
      return;
    case 'RunCompleted':
      run.tps = event.data.summary.tps;
      return end(run, 'completed', event.time);
    case 'RunFailed':
      run.problem = event.data.problem;
      return end(run, 'failed', event.time);
    case 'RunCancelled':
      return end(run, 'cancelled', event.time);
    case 'RunReleaseRequested':
      Object.assign(run, { phase: 'releasing', since: event.time, until: event.data.deadline });
      return;
    case 'RunReleaseOverdue':
      run.overdue = event.data.left;
      return;
    case 'RunReleased':
      Object.assign(run, { phase: 'released', since: event.time });
      delete run.until;
  }
}

function evolveWorld(run: RunCard, event: AnyRecorded): void {
  switch (event.name) {
    case 'NetworkReserved':
      run.reserved = { attempt: event.data.attempt, hostId: event.data.hostId, cidr: event.data.cidr };
      return;
    case 'NetworkReleased':
      delete run.reserved;
      if (event.data.lost !== undefined) Object.assign(run, { deployment: 'destroyed', nodes: [] });
      return;
    case 'PlacementPlanned':
      Object.assign(run, { deployment: 'planned', nodes: [] });
      return;
    case 'NodeProvisioned':
      run.nodes = [...run.nodes, { name: event.data.node, address: event.data.address }];
      return;
    case 'DeploymentReady':
      run.deployment = 'ready';
      return;
    case 'DeploymentFailed':
      run.deployment = 'failed';
      return;
    case 'NodeDestroyed':
      run.nodes = run.nodes.filter(({ name }) => name !== event.data.node);
      return;
    case 'DeploymentDestroyed':
      Object.assign(run, { deployment: 'destroyed', nodes: [] });
  }
}

function evolveHosts(board: Board, event: AnyRecorded): void {
  const [hostId = ''] = parseSubject(event.subject)?.ids ?? [];
  switch (event.name) {
    case 'HostAnnounced': {
      const { hostname, cores, memoryBytes, targets } = event.data;
      const names = targets.map(({ name }) => name);
      const pools = targets.flatMap(({ name, pool, otherPools = [] }) =>
        [pool, ...otherPools].map(({ cidr: given, blockPrefix, scope = hostId }): HostPool => {
          const range = blockRange(given);
          const cidr = range === undefined ? given : formatCidr(range);
          return { target: name, pool: subjects.pool(scope, cidr), cidr, blockPrefix };
        }),
      );
      Object.assign(hostOf(board, hostId), { hostname, cores, memoryBytes, targets: names, pools, present: true });
      return;
    }
    case 'HostLeft':
    case 'CapacityLost':
      hostOf(board, hostId).present = false;
      return;
    case 'CapacityGranted':
      for (const { runId, cores, memoryBytes, sharing, leaseExpiresAt } of event.data.grants) {
        hostOf(board, hostId).grants.set(runId, { runId, cores, memoryBytes, sharing, until: leaseExpiresAt });
        const suite = board.suites.get(board.runs.get(runId)?.suiteId ?? '');
        if (suite !== undefined && sharing === 'exclusive') suite.served = event.sequence;
      }
      return;
    case 'CapacityReleased':
      for (const runId of event.data.runIds) hostOf(board, hostId).grants.delete(runId);
  }
}

function evolvePools(board: Board, event: AnyRecorded): void {
  const blocks = board.blocks.get(event.subject) ?? new Map<string, BlockLease>();
  const pool = board.pools.get(event.subject);
  switch (event.name) {
    case 'PoolDefined': {
      const { cidr, blockPrefix, exclusions } = event.data;
      const card = { cidr, blocks: blockCount(cidr, blockPrefix), blockPrefix, ranges: [], occupied: [] };
      board.pools.set(event.subject, card);
      return occupy(card, exclusions);
    }
    case 'BlocksOccupied':
      return pool && occupy(pool, [...pool.ranges, ...event.data.blocks.map(({ cidr }) => cidr)]);
    case 'BlocksVacated': {
      const gone = new Set(event.data.blocks.map(({ cidr }) => cidr));
      return (
        pool &&
        occupy(
          pool,
          pool.ranges.filter((cidr) => !gone.has(cidr)),
        )
      );
    }
    case 'BlocksReleased':
      for (const { runId } of event.data.blocks) blocks.delete(runId);
      rest(board, event);
      break;
    case 'BlocksGranted':
      for (const { runId, cidr, leaseExpiresAt } of event.data.grants) {
        blocks.set(runId, { runId, cidr, until: leaseExpiresAt });
        board.resting.get(event.subject)?.delete(cidr);
      }
      break;
    default:
      return;
  }
  board.blocks.set(event.subject, blocks);
}

function occupy(pool: PoolCard, ranges: readonly string[]): void {
  pool.ranges = ranges;
  pool.occupied = spansOf(pool, ranges);
}

/** The blocks are in quarantine; others may have left it. */
function rest(board: Board, { subject, time, data: { blocks, quarantineMs = 0 } }: Recorded<'BlocksReleased'>): void {
  const [resting, at] = [board.resting.get(subject) ?? new Map<string, number>(), Date.parse(time)];
  for (const { cidr } of blocks) {
    resting.delete(cidr);
    if (quarantineMs > 0) resting.set(cidr, at + quarantineMs);
  }
  for (const [cidr, until] of resting) {
    if (until > at) break;
    resting.delete(cidr);
  }
  if (resting.size > 0) board.resting.set(subject, resting);
  else board.resting.delete(subject);
}

/** Takes in one event, in log order. Changes the board in place: a log has many events. */
export function evolveBoard(board: Board, event: AnyRecorded): void {
  board.at = event.time;
  switch (parseSubject(event.subject)?.aggregate) {
    case 'suite':
      return evolveSuite(board, event);
    case 'host':
    case 'capacity':
      return evolveHosts(board, event);
    case 'pool':
      return evolvePools(board, event);
    case 'run': {
      const run = runOf(board, event);
      return run && evolveRun(run, event);
    }
    case 'network':
    case 'deployment': {
      const run = runOf(board, event);
      return run && evolveWorld(run, event);
    }
    default:
  }
}

export function foldBoard(events: Iterable<AnyRecorded>): Board {
  const board = emptyBoard();
  for (const event of events) evolveBoard(board, event);
  return board;
}
