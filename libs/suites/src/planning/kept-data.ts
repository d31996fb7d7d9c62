import { createHash } from 'node:crypto';
import type { RunSettings, Test } from '../model/suite.ts';
import type { Workload } from '../model/workload.ts';
import type { KeptData, PlannedNode } from './plan.ts';

/**
 * Settings that say how a server works, and leave no trace in what it stored when it is shut down. Every other one counts: a
 * setting nobody thought of gives a copy of its own, never a wrong one. Not among them: track_commit_timestamp, which is stored;
 * track_counts, without which nothing is vacuumed; max_wal_size and min_wal_size, by which recycled segments are in the folder.
 */
const OF_THE_RUN_ALONE: readonly RegExp[] = [
  /^(shared_buffers|work_mem|maintenance_work_mem|temp_buffers|hash_mem_multiplier|logical_decoding_work_mem)$/,
  /^(effective_cache_size|effective_io_concurrency|maintenance_io_concurrency|huge_pages|wal_buffers)$/,
  /^(random_page_cost|seq_page_cost|cpu_\w+_cost|enable_\w+|jit\w*|geqo\w*|plan_cache_mode)$/,
  /^(max_connections|superuser_reserved_connections|max_worker_processes|max_parallel_\w+|parallel_\w+)$/,
  /^(synchronous_commit|commit_delay|commit_siblings|wal_writer_\w+|bgwriter_\w+|checkpoint_\w+)$/,
  /^(track_activities|track_activity_query_size|track_functions|track_(?:wal_)?io_timing|track_cost_delay_timing)$/,
  /^(log_\w+|statement_timeout|lock_timeout|idle_\w+_timeout|deadlock_timeout)$/,
];

/** What of a workload only says how it is measured: no other field may differ between runs that share data. */
const OF_MEASURING: Readonly<Record<Workload['tool'], readonly string[]>> = {
  pgbench: ['script', 'clients', 'threads', 'protocol', 'rate', 'latencyLimitMs'],
  'go-tpc': ['ignoreErrors'],
  sysbench: ['rate'],
  stroppy: [],
  command: [],
};
const OF_ANY = ['warmupMs', 'durationMs', 'hardware'];

/** Whether a step of its own loads the data, so that there is a moment at which they are loaded and not used yet. */
const loadsBefore = (workload: Workload): boolean =>
  workload.tool === 'command' ? workload.prepare !== undefined : workload.tool !== 'stroppy';

const without = (of: object, names: (name: string) => boolean): Record<string, unknown> =>
  Object.fromEntries(Object.entries(of).filter(([name]) => !names(name)));

/** The same text for the same content, in whatever order its keys are. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** Targets whose runners can keep a copy. */
const KEEPS: readonly RunSettings['target'][] = ['local', 'docker'];

/**
 * The data folder that repeats with `reset: data` start from: the primary's, which its replicas copy anew; undefined where every
 * repeat loads its data. The key is of all that determines the data as far as a plan can tell; whoever keeps the copy adds
 * what only the host knows (which programs these are).
 */
export function keptData(
  { repeat, workload }: Test,
  target: RunSettings['target'],
  nodes: readonly PlannedNode[],
): KeptData | undefined {
  if (repeat.reset !== 'data' || repeat.times === 1 || !loadsBefore(workload) || !KEEPS.includes(target))
    return undefined;
  for (const { name, processes } of nodes)
    for (const process of processes) {
      if (process.kind !== 'postgres' || process.role !== 'primary' || process.launch === undefined) continue;
      const { image, prepare, files } = process.launch;
      const data = {
        ...{ target, role: process.role, version: process.version, image, prepare },
        setUp: files.find(({ path }) => path === 'setup.sql')?.content,
        settings: without(process.settings, (setting) => OF_THE_RUN_ALONE.some((known) => known.test(setting))),
        workload: without(workload, (field) => [...OF_ANY, ...OF_MEASURING[workload.tool]].includes(field)),
      };
      return { node: name, key: createHash('sha256').update(stable(data)).digest('hex') };
    }
  return undefined;
}
