import { execFile } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Known {
  /** Upstream's name, and what Debian calls it. */
  readonly files: readonly string[];
  /** How it is asked, where not by `--version`. */
  readonly ask?: string;
  /** Finds the version in what `--version` prints (stdout or stderr); what says something else is another program. */
  readonly says: RegExp;
}

const postgres = (program: string): Known => ({ files: [program], says: /\(PostgreSQL\) (\S+)/ });
/** Of Prometheus's exporters: `node_exporter, version 1.5.0 (branch: …)`. */
const exporter = (program: string): Known => ({
  files: [program, `prometheus-${program.replace('_', '-')}`],
  says: new RegExp(`${program}, version (\\S+)`),
});

const PROGRAMS: Readonly<Record<string, Known>> = {
  postgres: postgres('postgres'),
  pgbench: postgres('pgbench'),
  pg_dump: postgres('pg_dump'),
  sysbench: { files: ['sysbench'], says: /^sysbench (\S+)/m },
  'go-tpc': { files: ['go-tpc'], ask: 'version', says: /^Release version: *(\S+)/m },
  rclone: { files: ['rclone'], says: /^rclone v(\S+)/m },
  patroni: { files: ['patroni'], says: /^patroni (\S+)/m },
  etcd: { files: ['etcd'], says: /^etcd Version: (\S+)/m },
  pgbouncer: { files: ['pgbouncer'], says: /^PgBouncer (\S+)/m },
  node_exporter: exporter('node_exporter'),
  postgres_exporter: exporter('postgres_exporter'),
  pgbouncer_exporter: exporter('pgbouncer_exporter'),
};

/** Where daemons are, and often not on the PATH of who is not root: as the edge runner looks for them. */
const DAEMONS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Where `go install` and this project's bootstrap put programs. */
const goPlaces = (): string[] => [
  join(homedir(), 'go', 'bin'),
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'benchbus', 'bin'),
];

function folders(postgresRoot: string): string[] {
  let packaged: string[] = [];
  try {
    packaged = readdirSync(postgresRoot).map((version) => join(postgresRoot, version, 'bin'));
  } catch {
    // Debian's folder does not exist: PATH alone counts
  }
  return [...new Set([...packaged, ...(process.env['PATH'] ?? '').split(delimiter), ...DAEMONS, ...goPlaces()])];
}

/** `postgres (PostgreSQL) 15.18 (Debian 15.18-1)` → `15.18`. */
async function versionOf(path: string, { says, ask = '--version' }: Known): Promise<string | undefined> {
  try {
    accessSync(path, constants.X_OK);
    const { stdout, stderr } = await run(path, [ask], { timeout: 5_000 });
    return says.exec(`${stdout}\n${stderr}`)?.[1];
  } catch {
    return undefined; // not there, or broken: as good as missing
  }
}

/** Program, by upstream's name → versions found under Debian's folder and on PATH, sorted. */
export async function findVersions(postgresRoot = '/usr/lib/postgresql'): Promise<Record<string, string[]>> {
  const dirs = folders(postgresRoot);
  const found = await Promise.all(
    Object.entries(PROGRAMS).map(async ([program, known]) => {
      const paths = dirs.flatMap((dir) => known.files.map((file) => join(dir, file)));
      const versions = await Promise.all(paths.map((path) => versionOf(path, known)));
      return [program, [...new Set(versions.filter((version) => version !== undefined))].sort()] as const;
    }),
  );
  return Object.fromEntries(found.filter(([, versions]) => versions.length > 0));
}
