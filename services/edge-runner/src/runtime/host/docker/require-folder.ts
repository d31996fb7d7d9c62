import { BenchbusError } from '@benchbus/events';
import type { UserIds } from '../../../domain/image-look.ts';
import type { ProgramEnd } from '../../process/run-program.ts';
import { containerName, type Pod } from './pod.ts';
import { runContainer } from './run-container.ts';

const TIMEOUT_MS = 60_000;
/** The engine's words for a bind mount of nothing. */
const MISSING = /bind source path does not exist/;

export interface FolderNeed {
  /** Of the engine's machine, absolute. */
  readonly folder: string;
  /** Kind of the process that writes there. */
  readonly process: string;
  readonly image: string;
  /** Folders that it declares as volumes. */
  readonly imageVolumes: readonly string[];
  readonly ids: UserIds;
}

/**
 * A folder of the machine is there, and the process may write to it: said before the first backup, which would be late.
 * @throws BenchbusError BACKUP_FOLDER_MISSING | BACKUP_FOLDER_DENIED
 */
export async function requireFolder(
  pod: Pod,
  { folder, process, image, imageVolumes, ids }: FolderNeed,
): Promise<void> {
  const user = `${ids.uid}:${ids.gid}`;
  const where = `node ${pod.node}, process ${process}`;
  const look = {
    name: containerName(pod, process, 'folder'),
    ...{ process, image, imageVolumes, user, groups: [], binds: [], env: {}, workingDir: '/' },
    argv: ['test', '-d', folder, '-a', '-w', folder, '-a', '-x', folder] as const,
    folders: [folder],
    offline: true,
  };
  const missing = (error: unknown): ProgramEnd => {
    if (!(error instanceof BenchbusError) || !MISSING.test(error.problem.message)) throw error;
    throw new BenchbusError({
      code: 'BACKUP_FOLDER_MISSING',
      message: `there is no folder ${folder} on the machine of the Docker engine`,
      where,
      hint: `make it there, writable for ${user} (install -d -o ${ids.uid} -g ${ids.gid} ${folder})`,
    });
  };
  const limits = { timeoutMs: TIMEOUT_MS, signal: AbortSignal.timeout(TIMEOUT_MS) };
  const { code } = await runContainer(pod, look, limits).catch(missing);
  if (code === 0) return;
  throw new BenchbusError({
    code: 'BACKUP_FOLDER_DENIED',
    message: `${user}, who makes the dumps in image ${image}, may not write to ${folder}`,
    where,
    hint: `on the machine of the Docker engine: chown ${user} ${folder}, or chmod 1777 ${folder}`,
  });
}
