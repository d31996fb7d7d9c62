import { allPids } from './proc-files.ts';
import type { ProcessId } from './process-id.ts';
import { statOf } from './stat.ts';

/** Living processes (no zombies) of a process group. */
export function groupMembers(group: number): ProcessId[] {
  return allPids().flatMap((pid) => {
    const stat = statOf(pid);
    return stat?.group === group ? [{ pid, startTime: stat.startTime }] : [];
  });
}
