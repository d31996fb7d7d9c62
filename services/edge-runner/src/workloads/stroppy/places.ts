import { join } from 'node:path';
import type { StroppyWorkload } from '@benchbus/suites';
import type { WorkloadContext } from '../plugin.ts';

/** The suite's absolute paths lie below the attempt's own folder: nothing else of the machine is written to. */
export function places({ binaryPath, workdir }: StroppyWorkload, { dir }: Pick<WorkloadContext, 'dir'>) {
  const root = join(dir, 'root');
  return { program: join(root, binaryPath), workdir: join(root, workdir), tarball: join(dir, 'stroppy.tar.gz') };
}
