import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findProgram, searchPath } from '../../runtime/host/local/programs.ts';
import type { WorkloadContext } from '../plugin.ts';
import { forUser } from '../for-user.ts';

export interface GoTpcProgram {
  /** A path at which the load tool's user may run it. */
  readonly file: string;
  readonly version: string;
}

/** Where `go install` and this project's bootstrap put programs. */
export const goPlaces = (): string[] => [
  join(homedir(), 'go', 'bin'),
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'benchbus', 'bin'),
];

/** What Go writes into each program of the module it was built from. */
const MODULE = 'mod\tgithub.com/pingcap/go-tpc\t';

/** Its version by that, as `go install` sets none that it could print. */
async function moduleVersion(file: string): Promise<string> {
  const bytes = await readFile(file);
  const at = bytes.indexOf(MODULE);
  const from = at + MODULE.length;
  return at < 0 ? 'unknown' : bytes.toString('latin1', from, from + 64).split(/[\t\n]/)[0] || 'unknown';
}

/** @throws BenchbusError PROGRAM_MISSING naming the go install command */
export async function findGoTpc(context: Pick<WorkloadContext, 'user' | 'dir'>): Promise<GoTpcProgram> {
  const found = await findProgram('go-tpc', [searchPath(undefined), ...goPlaces()].join(delimiter));
  return { file: await forUser(found, context), version: await moduleVersion(found) };
}
