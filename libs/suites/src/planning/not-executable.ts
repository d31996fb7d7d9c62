import type { Backup } from '../model/components.ts';
import { topologyOf } from '../model/database.ts';
import type { Topology, TopologyNode } from '../model/database.ts';
import type { Problem } from '../model/problem.ts';
import type { TargetName } from '../model/scalars.ts';
import type { Test } from '../model/suite.ts';
import type { Workload } from '../model/workload.ts';
import { folderProblems } from './dump-folder.ts';
import { effectiveServer } from './effective-server.ts';
import { repeatProblems } from './repeat-problems.ts';
import { cannot } from './cannot.ts';

/** Stroppy ends with its first lost connection, and tells nothing of its throughput over time. */
const inWorkload = ({ tool }: Workload, faults: boolean): Problem[] =>
  faults && tool === 'stroppy'
    ? [cannot('workload.tool', `faults with the load tool ${tool}`, 'pgbench, go-tpc, sysbench or command')]
    : [];

/** What a target executes, of a backup. */
type BackupProblems = (backup: Backup, path: string) => Problem[];

interface Built {
  readonly backup: BackupProblems;
  /** What of a topology as a whole cannot be there. */
  readonly topology?: (topology: Topology) => Problem[];
}

const dumps: BackupProblems = ({ tool }, path) =>
  tool === 'pg_dump' ? [] : [cannot(`${path}.tool`, `backups by ${tool}`, 'pg_dump')];

const dumpsInContainers: BackupProblems = (backup, path) => [...dumps(backup, path), ...folderProblems(backup, path)];

/** Processes of a node are killed; with Patroni, PostgreSQL is a child of one. */
const inFaults = ({ postgres: { patroni } }: Topology, faults: NonNullable<Test['faults']>): Problem[] =>
  faults.flatMap(({ process }, index) =>
    process === 'postgres' && patroni !== undefined
      ? [cannot(`faults[${index}].process`, 'killing the server of a Patroni member alone', 'process: database')]
      : [],
  );

/** A folder of a machine that goes with the run would take the dumps with it. */
const dumpsToS3: BackupProblems = (backup, path) => [
  ...dumps(backup, path),
  ...('path' in backup.destination
    ? [cannot(`${path}.destination.path`, 'keeping dumps in a folder of a machine that is removed after the run', 's3')]
    : []),
];

/** Patroni's callback rewrites PgBouncer's file, which on machines of their own is on another disk. */
function poolersAfterPatroni({ nodes, postgres: { patroni } }: Topology): Problem[] {
  const pooled = nodes.findIndex(({ pgbouncer }) => pgbouncer !== undefined);
  if (patroni === undefined || pooled < 0) return [];
  const where = `database.topology.nodes[${pooled}].pgbouncer`;
  return [
    cannot(where, 'PgBouncer that follows a Patroni cluster from machine to machine', 'target: docker, or no pool'),
  ];
}

/** What of a topology is not everywhere. */
const BUILT: Readonly<Record<TargetName, Built>> = {
  local: { backup: dumps },
  docker: { backup: dumpsInContainers },
  yandex: { backup: dumpsToS3, topology: poolersAfterPatroni },
};

/** The engine in effect, where a server runs: an override alone may ask for another, or take back the topology's. */
function engineOf(topology: Topology, node: TopologyNode, path: string): Problem[] {
  const { postgres } = node;
  if (postgres === undefined) return [];
  const { storageEngine } = effectiveServer(topology, node);
  if (storageEngine === 'heap') return [];
  const where = postgres.override ? `${path}.postgres.override` : 'database.topology.postgres';
  return [cannot(`${where}.storageEngine`, `storageEngine ${storageEngine}`, 'heap')];
}

const inNode = (node: TopologyNode, path: string, built: Built): Problem[] =>
  node.backup === undefined ? [] : built.backup(node.backup, `${path}.backup`);

/**
 * What a run of this test asks for that the format has and this version cannot execute on the target; empty when it can.
 * `where` is a path within the test.
 */
export function notExecutable(test: Test, target: TargetName): Problem[] {
  const built = BUILT[target];
  const topology = topologyOf(test.database);
  const ofTool = [...inWorkload(test.workload, test.faults !== undefined), ...repeatProblems(test)];
  if (topology === undefined) return ofTool;
  const found = built.topology?.(topology) ?? [];
  const ofNodes = topology.nodes.flatMap((node, index) => inNode(node, `database.topology.nodes[${index}]`, built));
  const engines = topology.nodes.flatMap((node, index) =>
    engineOf(topology, node, `database.topology.nodes[${index}]`),
  );
  found.push(...ofNodes);
  // Said once, where several servers inherit it.
  found.push(...new Map(engines.map((problem) => [problem.where, problem])).values());
  if (test.faults !== undefined) found.push(...inFaults(topology, test.faults));
  return [...found, ...ofTool];
}
