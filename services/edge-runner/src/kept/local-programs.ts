import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Workload } from '@benchbus/suites';
import { findProgram, searchPath } from '../runtime/host/local/programs.ts';
import { findBinaries } from '../runtime/postgres/index.ts';

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** The program that loads the data. @throws BenchbusError PROGRAM_MISSING */
async function loader(workload: Workload): Promise<string> {
  if (workload.tool === 'pgbench')
    return join(await findBinaries({ version: 'installed', programs: ['pgbench'] }), 'pgbench');
  const program = workload.tool === 'command' ? (workload.prepare?.[0] ?? '') : workload.tool;
  return program.startsWith('/') ? program : findProgram(program, searchPath(undefined));
}

/** Digests of this machine's `postgres` and of what loads the data; of a loader that is not found here nothing is known. */
export async function localPrograms(binDir: string, workload: Workload): Promise<readonly string[]> {
  const load = await loader(workload)
    .then(digestOf)
    .catch(() => 'not found');
  return [await digestOf(join(binDir, 'postgres')), load];
}
