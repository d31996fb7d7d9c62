import { blockRange, fairOrder, formatCidr } from '@benchbus/suites';
import { formatBytes as formatSize } from '../../render/format.ts';
import { countOf } from './block-spans.ts';
import type { Board, HostCard, RunCard } from './board.ts';
import { isAway, isOver } from './board.ts';

export type WaitingCode =
  | 'PARALLELISM'
  | 'TASK'
  | 'NO_HOST'
  | 'HOST_AWAY'
  | 'HARDWARE'
  | 'HOST_BUSY'
  | 'HOST_FULL'
  | 'POOL_FULL'
  | 'TURN'
  | 'ALLOCATOR'
  | 'RELEASE';

/** Why a run does not go on. */
export interface Waiting {
  readonly code: WaitingCode;
  /** In words, with what to do where a person can do something. */
  readonly reason: string;
  /** The runs it waits for. */
  readonly runs: readonly string[];
}

type Demand = NonNullable<RunCard['demand']>;

const instant = (time: string): string => time.replace(/\.\d+Z$/, 'Z');
const cores = (count: number): string => `${count} ${count === 1 ? 'core' : 'cores'}`;
const few = (runs: readonly string[]): string =>
  runs.length <= 3 ? runs.join(', ') : `${runs.slice(0, 3).join(', ')} and ${runs.length - 3} more`;

/** Why the run waits, as far as the log tells; undefined: it goes on, or is over. */
export function whyWaiting(board: Board, run: RunCard): Waiting | undefined {
  if (run.phase === 'queued') return forItsTurn(board, run);
  if (run.phase === 'network') return forHost(board, run);
  if (run.phase === 'releasing') return forRelease(run);
  return undefined;
}

function forItsTurn(board: Board, run: RunCard): Waiting | undefined {
  const suite = board.suites.get(run.suiteId);
  if (!suite || suite.state !== 'running') return undefined;
  const before = suite.runs.filter((other) => !isOver(other) && other !== run).slice(0, suite.parallelism);
  const active = before.filter(({ phase }) => phase !== 'queued').map(({ runId }) => runId);
  if (active.length >= suite.parallelism) {
    const reason = `the suite runs ${suite.parallelism} at a time (parallelism): ${few(active)} goes first`;
    return { code: 'PARALLELISM', reason, runs: active };
  }
  return { code: 'TASK', reason: 'its task is being handed to the engine', runs: [] };
}

function forRelease(run: RunCard): Waiting | undefined {
  if (run.overdue.length === 0) return undefined;
  const reason = `not released in time: ${run.overdue.join(', ')}; benchbus janitor --dry-run shows what is left`;
  return { code: 'RELEASE', reason, runs: [] };
}

function forHost(board: Board, run: RunCard): Waiting | undefined {
  const { demand } = run;
  if (demand === undefined || demand.attempt !== run.attempt || run.reserved?.attempt === run.attempt) return undefined;
  const needs = `${cores(demand.cores)} and ${formatSize(demand.memoryBytes)}`;
  const there = [...board.hosts.values()].filter(({ present }) => present);
  const offering = there.filter(({ targets }) => targets.includes(demand.target));
  if (offering.length === 0) {
    const others = there.map(({ hostname, targets }) => `${hostname} (${targets.join(', ')})`);
    const reason = `no host offers target ${demand.target}; there are: ${others.join(', ') || 'none'}`;
    return { code: 'NO_HOST', reason, runs: [] };
  }
  const fitting = offering.filter(
    (host) =>
      demand.hardwarePolicy === 'clamp' || (demand.cores <= host.cores && demand.memoryBytes <= host.memoryBytes),
  );
  if (fitting.length === 0) {
    const have = offering.map((host) => `${host.hostname} has ${cores(host.cores)}, ${formatSize(host.memoryBytes)}`);
    return { code: 'HARDWARE', reason: `no host has ${needs}: ${have.join('; ')}`, runs: [] };
  }
  const living = fitting.filter((host) => !isAway(board, host));
  if (living.length === 0) {
    const names = fitting.map(({ hostname, hostId }) => `${hostname} (${hostId})`).join(', ');
    const gone = fitting.map(({ hostId }) => `benchbus hosts gone ${hostId}`)[0] ?? '';
    const reason = `${names} ${fitting.length === 1 ? 'is' : 'are'} away: no sign of life of the provisioner there; start it, or say that the host will not come back: ${gone}`;
    return { code: 'HOST_AWAY', reason, runs: [] };
  }
  const busy = living.map((host) => busyHost(board, host, run)).filter((reason) => reason !== undefined);
  if (busy.length === living.length) {
    const reason = busy.map((one) => one.reason).join('; ');
    return { code: busy[0]?.code ?? 'HOST_BUSY', reason, runs: busy.flatMap((one) => one.runs) };
  }
  const full = living.map((host) => fullPool(board, host, demand)).filter((reason) => reason !== undefined);
  if (full.length === living.length) return { code: 'POOL_FULL', reason: full.join('; '), runs: [] };
  const queue = hostQueue(board).filter((other) => other.demand?.target === demand.target);
  const ahead = queue.slice(0, queue.indexOf(run)).map(({ runId }) => runId);
  if (ahead.length > 0) {
    const how = demand.sharing === 'exclusive' ? 'suites take turns' : 'first come, first served';
    return { code: 'TURN', reason: `${how}: ${few(ahead)} ${ahead.length === 1 ? 'is' : 'are'} before`, runs: ahead };
  }
  const reason =
    'for the network-allocator: it has not answered yet (is it up? was the last free block released just now?)';
  return { code: 'ALLOCATOR', reason, runs: [] };
}

/** Runs that wait for a host and a block, in the order in which they will be served: the allocator's own rule. */
export function hostQueue(board: Board): RunCard[] {
  const waiting = [...board.runs.values()].flatMap((run) => {
    const { phase, demand, reserved, attempt, suiteId } = run;
    if (phase !== 'network' || demand?.attempt !== attempt || reserved?.attempt === attempt) return [];
    return [{ run, suiteId, sequence: demand.sequence, sharing: demand.sharing }];
  });
  const inOrder = waiting.sort((a, b) => a.sequence - b.sequence);
  return fairOrder(inOrder, (suiteId) => board.suites.get(suiteId)?.served ?? 0).map(({ run }) => run);
}

/** The subject of the pool that the run gets a block of on this host: the one it asks for, else the target's own; the allocator's own rule. */
function poolOf({ pools }: HostCard, { target, pool: wanted }: Demand): string | undefined {
  const offered = pools.filter((one) => one.target === target);
  const range = wanted && blockRange(wanted.cidr);
  const asked =
    range && offered.find((one) => one.blockPrefix === wanted.blockPrefix && one.cidr === formatCidr(range));
  return (asked ?? offered[0])?.pool;
}

function fullPool(board: Board, host: HostCard, demand: Demand): string | undefined {
  const subject = poolOf(host, demand) ?? '';
  const pool = board.pools.get(subject);
  const used = board.blocks.get(subject)?.size ?? 0;
  const others = countOf(pool?.occupied ?? []);
  if (pool === undefined || used + others < pool.blocks) return undefined;
  return `pool ${pool.cidr} of host ${host.hostname} has no free block: of ${pool.blocks} runs have ${used}, others ${others}`;
}

/** Why this host cannot take the run now; the allocator's own rule (hasRoom). */
function busyHost(board: Board, host: HostCard, run: RunCard): Waiting | undefined {
  const { demand } = run;
  // A cloud's machines take nothing of the host that makes them: a byte, as facts have no zeros.
  if (demand === undefined || demand.target === 'yandex') return undefined;
  const grants = [...host.grants.values()].filter(({ runId, memoryBytes }) => runId !== run.runId && memoryBytes > 1);
  if (grants.length === 0) return undefined;
  const runs = grants.map(({ runId }) => runId);
  const owner = grants.find(({ sharing }) => sharing === 'exclusive');
  if (owner !== undefined) {
    const card = board.runs.get(owner.runId);
    const how =
      card?.phase === 'kept'
        ? `which is over and kept until ${instant(card.until ?? '')}: benchbus release ${owner.runId} frees it`
        : `until ${instant(owner.until)} at the latest`;
    const reason = `host ${host.hostname} is held exclusively by run ${owner.runId}, ${how}`;
    return { code: 'HOST_BUSY', reason, runs: [owner.runId] };
  }
  if (demand.sharing === 'exclusive') {
    const reason = `host ${host.hostname} is used by ${few(runs)}, and the run wants it for itself (sharing: exclusive)`;
    return { code: 'HOST_BUSY', reason, runs };
  }
  const sum = (pick: (grant: { cores: number; memoryBytes: number }) => number): number =>
    grants.reduce((total, grant) => total + pick(grant), 0);
  const free = {
    cores: host.cores - sum((grant) => grant.cores),
    memory: host.memoryBytes - sum((grant) => grant.memoryBytes),
  };
  // Tenths of cores do not add up exactly.
  const fits =
    Math.min(demand.cores, host.cores) <= free.cores + 1e-9 &&
    Math.min(demand.memoryBytes, host.memoryBytes) <= free.memory;
  if (fits) return undefined;
  const left = `${cores(Math.max(0, Math.round(free.cores * 100) / 100))} and ${formatSize(Math.max(0, free.memory))}`;
  const reason = `host ${host.hostname} has ${left} left beside ${few(runs)}, the run needs ${cores(demand.cores)} and ${formatSize(demand.memoryBytes)}`;
  return { code: 'HOST_FULL', reason, runs };
}
