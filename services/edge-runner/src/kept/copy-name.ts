import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Workload } from '@benchbus/suites';
import { findBinaries } from '../runtime/postgres/index.ts';
import { findProgram, searchPath } from '../runtime/host/local/programs.ts';

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

/**
 * Names the copy by all that determines the data: what the plan says, and which programs of this machine they are, so that an
 * upgrade between two runs of a suite gives another copy. Of a loader that is not found here nothing is known.
 */
export async function copyName(key: string, binDir: string, workload: Workload): Promise<string> {
  const load = await loader(workload)
    .then(digestOf)
    .catch(() => 'not found');
  const server = await digestOf(join(binDir, 'postgres'));
  return createHash('sha256')
    .update(JSON.stringify([key, server, load]))
    .digest('hex')
    .slice(0, 40);
}
