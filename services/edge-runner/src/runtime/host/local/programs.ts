import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { BenchbusError } from '@benchbus/events';

interface Packaged {
  /** What Debian calls the program, where not by its upstream name. */
  readonly alias?: string;
  readonly package: string;
  /** How it is had where Debian has none. */
  readonly instead?: string;
}

/** Programs by upstream name: how Debian ships them. Others are looked for by their name alone. */
const PACKAGED: Readonly<Record<string, Packaged>> = {
  patroni: { package: 'patroni' },
  etcd: { package: 'etcd-server' },
  pgbouncer: { package: 'pgbouncer' },
  node_exporter: { alias: 'prometheus-node-exporter', package: 'prometheus-node-exporter' },
  postgres_exporter: { alias: 'prometheus-postgres-exporter', package: 'prometheus-postgres-exporter' },
  pgbouncer_exporter: { alias: 'prometheus-pgbouncer-exporter', package: 'prometheus-pgbouncer-exporter (Debian 13)' },
  psql: { package: 'postgresql-client' },
  sysbench: { package: 'sysbench' },
  'go-tpc': { package: '', instead: 'go install github.com/pingcap/go-tpc/cmd/go-tpc@v1.0.12' },
  rclone: { package: 'rclone' },
  pg_dump: { package: 'postgresql-client' },
};

/** Where daemons are (pgbouncer), and often not on the PATH of who is not root. */
const DAEMONS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** PATH for the processes of a node: PostgreSQL's programs of the version planned come first. */
export function searchPath(binDir: string | undefined, path = process.env['PATH'] ?? ''): string {
  const dirs = [...(binDir === undefined ? [] : [binDir]), ...path.split(delimiter), ...DAEMONS];
  return [...new Set(dirs.filter((dir) => dir !== ''))].join(delimiter);
}

const runs = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

/**
 * The file of a program by its upstream name, or as Debian calls it; one that is named by its path is that.
 * @throws BenchbusError PROGRAM_MISSING naming Debian's package
 */
export async function findProgram(program: string, path: string): Promise<string> {
  const packaged = PACKAGED[program];
  const names = [program, ...(packaged?.alias === undefined ? [] : [packaged.alias])];
  const files = program.includes('/')
    ? [program]
    : names.flatMap((name) => path.split(delimiter).map((dir) => join(dir, name)));
  for (const file of files) if (await runs(file)) return file;
  throw new BenchbusError({
    code: 'PROGRAM_MISSING',
    message: `${names.join(' or ')} is not installed`,
    where: program,
    hint:
      packaged === undefined
        ? 'install it, or put it on the PATH'
        : (packaged.instead ?? `install Debian's package ${packaged.package}`),
  });
}
