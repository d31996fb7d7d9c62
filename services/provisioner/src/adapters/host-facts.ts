import { execFile } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { availableParallelism, hostname, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export interface HostFacts {
  readonly hostname: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly versions: Record<string, string[]>;
}

const run = promisify(execFile);
const PROGRAMS = ['postgres', 'pgbench'] as const;

function folders(postgresRoot: string): string[] {
  let packaged: string[] = [];
  try {
    packaged = readdirSync(postgresRoot).map((version) => join(postgresRoot, version, 'bin'));
  } catch {
    // Debian's folder does not exist: PATH alone counts
  }
  return [...packaged, ...(process.env['PATH'] ?? '').split(delimiter)];
}

/** `postgres (PostgreSQL) 15.18 (Debian 15.18-1)` → `15.18`. */
async function versionOf(path: string): Promise<string | undefined> {
  try {
    accessSync(path, constants.X_OK);
    const { stdout } = await run(path, ['--version'], { timeout: 5_000 });
    return /\(PostgreSQL\) (\S+)/.exec(stdout)?.[1];
  } catch {
    return undefined; // not there, or broken: as good as missing
  }
}

/** Program → versions found under Debian's folder and on PATH, sorted. */
export async function findVersions(postgresRoot = '/usr/lib/postgresql'): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const program of PROGRAMS) {
    const versions = await Promise.all(folders(postgresRoot).map((dir) => versionOf(join(dir, program))));
    const known = [...new Set(versions.filter((version) => version !== undefined))].sort();
    if (known.length > 0) found[program] = known;
  }
  return found;
}

/** A container's limit counts, not the machine's memory. */
function memory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

export async function hostFacts(): Promise<HostFacts> {
  return { hostname: hostname(), cores: availableParallelism(), memoryBytes: memory(), versions: await findVersions() };
}
