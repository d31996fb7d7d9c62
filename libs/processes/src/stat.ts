import { readProc } from './proc-files.ts';

export interface ProcessStat {
  /** Clock ticks since boot. */
  readonly startTime: string;
  readonly group: number;
  readonly parent: number;
}

/**
 * The text of /proc/<pid>/stat (proc(5)); undefined for a zombie. The command's name stands in brackets and may hold
 * anything: fields are counted after the last one.
 */
export function parseStat(text: string): ProcessStat | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group] = fields;
  const startTime = fields[19];
  if (state === undefined || state === 'Z' || state === 'X' || startTime === undefined) return undefined;
  return { startTime, group: Number(group), parent: Number(parent) };
}

/** Of a living process. */
export const statOf = (pid: number): ProcessStat | undefined => parseStat(readProc(`${pid}/stat`) ?? '');
