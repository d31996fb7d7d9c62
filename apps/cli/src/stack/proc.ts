import { readdirSync, readFileSync } from 'node:fs';

/** A process, told from a later one of the same number by its start time (clock ticks since boot, /proc/<pid>/stat field 22). */
export interface ProcessId {
  readonly pid: number;
  readonly startTime: string;
}

function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name stands in brackets and may hold anything: fields are counted after the last one.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** Identity of a living process; undefined when it has ended (a zombie has, too). */
export function identify(pid: number): ProcessId | undefined {
  const fields = statOf(pid);
  const startTime = fields?.[19];
  if (fields === undefined || startTime === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return { pid, startTime };
}

export const isAlive = (process: ProcessId): boolean => identify(process.pid)?.startTime === process.startTime;

/** Processes whose environment holds all of these variables (a value of `undefined`: any), of this user, or all as root. */
export function findByEnvironment(wanted: Readonly<Record<string, string | undefined>>): ProcessId[] {
  const entries = Object.entries(wanted);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const variables = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
        const has = ([key, value]: [string, string | undefined]): boolean =>
          variables.some((text) => (value === undefined ? text.startsWith(`${key}=`) : text === `${key}=${value}`));
        const found = entries.every(has) ? identify(Number(name)) : undefined;
        return found ? [found] : [];
      } catch {
        // Ended meanwhile, or another user's: not ours.
        return [];
      }
    });
}

/** Sends a signal to a process (or, negative, a group); false when it is gone. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
