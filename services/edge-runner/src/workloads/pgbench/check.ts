import { join } from 'node:path';
import { versionIn } from '@benchbus/load-tools';
import { findBinaries } from '../../runtime/postgres/index.ts';
import { runProgram } from '../../runtime/process/run-program.ts';

export interface PgbenchProgram {
  readonly bin: string;
  readonly version: string;
}

/**
 * The newest installed pgbench, as a client is to be no older than its server.
 * @throws BenchbusError PROGRAM_MISSING
 */
export async function findPgbench(): Promise<PgbenchProgram> {
  const bin = await findBinaries({ version: 'installed', programs: ['pgbench', 'psql'] });
  const { stdout } = await runProgram({ argv: [join(bin, 'pgbench'), '--version'], timeoutMs: 10_000 });
  return { bin, version: versionIn(stdout.trim()) };
}
