import type { Plan, TargetName, Test, Workload } from '@benchbus/suites';
import { measuringTimeMs } from '@benchbus/suites';

/** What a run typically takes, stage by stage, in ms. */
export interface RunTime {
  readonly provisionMs: number;
  readonly databaseMs: number;
  /** Loading data, and the tool itself: warm-up and measurement. */
  readonly loadMs: number;
  readonly measureMs: number;
  /** Uploading artifacts, and taking everything down. */
  readonly endMs: number;
  readonly totalMs: number;
}

/** Said beside every such time. */
export const NOT_COUNTED = 'waiting for a host, pulling images, retries and keep times are not counted';

/**
 * Nodes and their runners. `local` and `docker` as measured on two cores in November 2026; a VM by Terraform is a
 * guess until it is.
 */
const PROVISION_MS: Readonly<Record<TargetName, { readonly once: number; readonly perNode: number }>> = {
  local: { once: 500, perNode: 500 },
  docker: { once: 500, perNode: 900 },
  yandex: { once: 90_000, perNode: 5_000 },
};

/** From nothing to serving, as measured: initdb and start; a streaming copy; etcd, a leader, replicas that follow it. */
const DATABASE_MS = {
  standalone: 1_200,
  replica: 500,
  etcd: 400,
  leader: 3_000,
  member: 3_500,
  pgbouncer: 100,
  exporter: 300,
};

function databaseMs({ nodes }: Plan): number {
  const all = nodes.flatMap(({ processes }) => processes);
  const count = (kind: string): number => all.filter((process) => process.kind === kind).length;
  const [servers, members] = [count('postgres'), count('patroni')];
  return (
    (servers > 0 ? DATABASE_MS.standalone + (servers - 1) * DATABASE_MS.replica : 0) +
    (members > 0 ? DATABASE_MS.leader + (members - 1) * DATABASE_MS.member : 0) +
    (count('etcd') > 0 ? DATABASE_MS.etcd : 0) +
    (count('pgbouncer') > 0 ? DATABASE_MS.pgbouncer : 0) +
    (all.some(({ kind }) => kind.endsWith('-exporter')) ? DATABASE_MS.exporter : 0)
  );
}

/** Rows per second that the tools load on such a machine, about. */
const ROWS_PER_SECOND = 250_000;
const ROWS_PER_SCALE = 100_000;
/** Over all tables of TPC-C. */
const ROWS_PER_WAREHOUSE = 500_000;

function rowsOf(workload: Workload): number {
  switch (workload.tool) {
    case 'pgbench':
      return workload.scale * ROWS_PER_SCALE;
    case 'sysbench':
      return workload.tables * workload.tableSize;
    case 'go-tpc':
      return workload.warehouses * ROWS_PER_WAREHOUSE;
    case 'stroppy':
    case 'command':
      // Nobody but the tool knows.
      return 0;
  }
}

export function runTime(test: Test, plan: Plan, target: TargetName): RunTime {
  const { once, perNode } = PROVISION_MS[target];
  const parts = {
    provisionMs: once + perNode * plan.nodes.length,
    databaseMs: databaseMs(plan),
    loadMs: Math.round((rowsOf(test.workload) / ROWS_PER_SECOND) * 1000),
    measureMs: measuringTimeMs(test),
    endMs: 1_500 + 500 * plan.nodes.length,
  };
  return { ...parts, totalMs: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

/** So many at once, each begun as soon as one before it ended, in order. */
export function suiteTimeMs(runs: readonly number[], atOnce: number): number {
  const lanes: number[] = Array.from({ length: Math.max(1, Math.min(atOnce, runs.length)) }, () => 0);
  for (const run of runs) {
    const first = lanes.indexOf(Math.min(...lanes));
    lanes[first] = (lanes[first] ?? 0) + run;
  }
  return Math.max(0, ...lanes);
}
