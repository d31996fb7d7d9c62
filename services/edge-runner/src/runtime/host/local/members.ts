import { basename, sep } from 'node:path';
import { allPids, executableOf, findByEnvironment, identify, workingDirOf, type ProcessId } from '@benchbus/processes';

export interface Member extends ProcessId {
  readonly postgres: boolean;
}

const isPostgres = (pid: number): boolean =>
  basename(executableOf(pid) ?? '').replace(/ \(deleted\)$/, '') === 'postgres';

/**
 * Everything alive of one process of a node: by its labels, and PostgreSQL's children, which overwrite their environment, by
 * the data folder that they work in.
 */
export function membersOf(labels: Readonly<Record<string, string>>, dataDir: string): Member[] {
  const found = new Map<number, Member>();
  for (const id of findByEnvironment(labels)) found.set(id.pid, { ...id, postgres: isPostgres(id.pid) });
  for (const pid of allPids()) {
    const cwd = found.has(pid) ? undefined : workingDirOf(pid);
    if (cwd === undefined || (cwd !== dataDir && !cwd.startsWith(dataDir + sep)) || !isPostgres(pid)) continue;
    const id = identify(pid);
    if (id !== undefined) found.set(pid, { ...id, postgres: true });
  }
  return [...found.values()];
}
