import { allPids, readProc } from './proc-files.ts';
import type { ProcessId } from './process-id.ts';
import { identify } from './process-id.ts';

/** What a process was started with; undefined if it is gone, or another user's. PostgreSQL's children overwrite theirs. */
export function environmentOf(pid: number): ReadonlyMap<string, string> | undefined {
  const text = readProc(`${pid}/environ`);
  if (text === undefined) return undefined;
  const variables = text.split('\0').flatMap((line): [string, string][] => {
    const at = line.indexOf('=');
    return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
  });
  return new Map(variables);
}

/**
 * Living processes whose environment holds all of these variables (a value of `undefined`: any), of this user, or all as
 * root; never this process itself.
 */
export function findByEnvironment(wanted: Readonly<Record<string, string | undefined>>): ProcessId[] {
  const entries = Object.entries(wanted);
  return allPids().flatMap((pid) => {
    if (pid === process.pid) return [];
    const environment = environmentOf(pid);
    if (environment === undefined) return [];
    const holdsAll = entries.every(([name, value]) =>
      value === undefined ? environment.has(name) : environment.get(name) === value,
    );
    return (holdsAll && identify(pid)) || [];
  });
}
