import {
  launchOf,
  type Plan,
  type PlannedProcess,
  type Problem,
  type ProcessKind,
  type Workload,
} from '@benchbus/suites';
import { programMissing } from './problems.ts';

/** Program → versions found, as HostAnnounced carries them. */
export type FoundVersions = Readonly<Record<string, readonly string[]>>;

const major = (version: string): string => version.split('.')[0] ?? version;

interface Needed {
  /** By its upstream name. */
  readonly program: string;
  readonly debianPackage: string;
  /** How it is had where Debian has none. */
  readonly instead?: string;
}

/** What each kind of process is, beside PostgreSQL. */
const PROGRAMS: Readonly<Partial<Record<ProcessKind, Needed>>> = {
  patroni: { program: 'patroni', debianPackage: 'patroni' },
  etcd: { program: 'etcd', debianPackage: 'etcd-server' },
  pgbouncer: { program: 'pgbouncer', debianPackage: 'pgbouncer' },
  'node-exporter': { program: 'node_exporter', debianPackage: 'prometheus-node-exporter' },
  'postgres-exporter': { program: 'postgres_exporter', debianPackage: 'prometheus-postgres-exporter' },
  // Debian 12's is another program, which does not understand its PgBouncer.
  'pgbouncer-exporter': { program: 'pgbouncer_exporter', debianPackage: 'prometheus-pgbouncer-exporter of Debian 13' },
};

const GO_TPC = 'go install github.com/pingcap/go-tpc/cmd/go-tpc@v1.0.12, or put it on the PATH';

/** The newest PostgreSQL here, for the name of the package that its tools would come from. */
const newestOf = (found: FoundVersions): number =>
  (found['postgres'] ?? []).map((version) => Number(major(version))).reduce((a, b) => Math.max(a, b), 0) || 15;

/** Programs of load tools. Stroppy's is downloaded, and a command names its own. */
function missingLoadTool({ tool }: Workload, found: FoundVersions): Needed | undefined {
  if (tool === 'stroppy' || tool === 'command' || (found[tool] ?? []).length > 0) return undefined;
  if (tool === 'go-tpc') return { program: tool, debianPackage: '', instead: GO_TPC };
  return { program: tool, debianPackage: tool === 'pgbench' ? `postgresql-${newestOf(found)}` : tool };
}

function missingTools(process: PlannedProcess, found: FoundVersions): Needed | undefined {
  const lacks = (program: string): boolean => (found[program] ?? []).length === 0;
  if (process.kind === 'load') return missingLoadTool(process.workload, found);
  if (process.kind === 'backup') {
    const program = process.tool;
    const debianPackage = program === 'pg_dump' ? `postgresql-client-${newestOf(found)}` : 'WAL-G (not in Debian)';
    if (lacks(program)) return { program, debianPackage };
    const byRclone = launchOf(process)?.env['RCLONE_CONFIG_BACKUP_TYPE'] !== undefined;
    return byRclone && lacks('rclone') ? { program: 'rclone', debianPackage: 'rclone' } : undefined;
  }
  const needed = PROGRAMS[process.kind];
  return needed && lacks(needed.program) ? needed : undefined;
}

function missingServer(version: string, found: FoundVersions): Needed | undefined {
  const postgres = found['postgres'] ?? [];
  if (version === 'installed')
    return postgres.length > 0 ? undefined : { program: 'PostgreSQL', debianPackage: 'postgresql' };
  if (postgres.some((one) => major(one) === version)) return undefined;
  return { program: `PostgreSQL ${version}`, debianPackage: `postgresql-${version}` };
}

/** The first program of the plan that the machine lacks. */
export function missingProgram(plan: Plan, found: FoundVersions): Problem | undefined {
  for (const node of plan.nodes) {
    for (const process of node.processes) {
      const server = 'version' in process ? missingServer(process.version, found) : undefined;
      const missing = server ?? missingTools(process, found);
      if (missing !== undefined)
        return programMissing(node.name, missing.program, missing.debianPackage, missing.instead);
    }
  }
  return undefined;
}
