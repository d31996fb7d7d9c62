import { posix } from 'node:path';
import type { Backup } from '../model/components.ts';
import type { Problem } from '../model/problem.ts';

/** What a container has of its own, and a folder of the machine under the same path would hide. */
const OF_THE_CONTAINER = new Set('bin boot dev etc lib lib64 proc run sbin sys usr benchbus'.split(' '));

function whyNot(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it is not absolute';
  const [, first = ''] = posix.normalize(path).split('/');
  if (first === '') return 'it is the root of all folders';
  return OF_THE_CONTAINER.has(first) ? `containers have a /${first} of their own` : undefined;
}

/** In containers a folder for dumps is the machine's, under the same path: which ones can be. `where`: of the backup. Pure. */
export function folderProblems({ destination }: Backup, where: string): Problem[] {
  const why = 'path' in destination ? whyNot(destination.path) : undefined;
  if (why === undefined || !('path' in destination)) return [];
  return [
    {
      code: 'BACKUP_FOLDER_INVALID',
      message: `dumps cannot go to ${destination.path} in containers: ${why}`,
      where: `${where}.destination.path`,
      hint: 'a folder for dumps alone, of the machine with the Docker engine, as /var/backups/benchbus',
    },
  ];
}
