import { chown, copyFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import type { StroppyWorkload } from '@benchbus/suites';
import { makeOwnedDir } from '../../runtime/process/files.ts';
import type { LocalUser } from '../../runtime/process/local-user.ts';
import { runProgram } from '../../runtime/process/run-program.ts';
import type { WorkloadContext } from '../plugin.ts';
import { places } from './places.ts';

const UNPACK_MS = 120_000;

const run = (argv: readonly [string, ...string[]], user: LocalUser) => runProgram({ argv, user, timeoutMs: UNPACK_MS });

const wrong = (message: string, where: string): BenchbusError =>
  new BenchbusError({
    code: 'RELEASE_UNUSABLE',
    message,
    where,
    hint: 'binaryPath names where the program lies when the tarball is unpacked in its folder',
  });

/**
 * Unpacks the release into the folder of `binaryPath`, with the load tool's rights: a tarball writes where that user may.
 * @throws BenchbusError RELEASE_UNUSABLE
 */
export async function unpack(tarball: string, workload: StroppyWorkload, context: WorkloadContext): Promise<void> {
  const { program, workdir, tarball: own } = places(workload, context);
  const { user } = context;
  const { code: made } = await run(['mkdir', '-p', dirname(program), workdir], user);
  if (made !== 0) await makeOwnedDir(workdir, user);
  await copyFile(tarball, own);
  if (user.ids !== undefined) await chown(own, user.ids.uid, user.ids.gid);
  const { code, stderr } = await run(['tar', '-xzf', own, '-C', dirname(program)], user);
  if (code !== 0) throw wrong(`the release could not be unpacked: ${stderr.trim()}`, 'workload.version');
  if ((await run(['test', '-x', program], user)).code !== 0)
    throw wrong(`the release has no program at ${workload.binaryPath}`, 'workload.binaryPath');
}
