import { readProc } from './proc-files.ts';

/** USER_HZ: a tick is a hundredth of a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * CPU seconds in the text of /proc/<pid>/stat (proc(5)): the process' own, and those of its children that ended and were waited
 * for. The command's name stands in brackets and may hold anything: fields are counted after the last one.
 */
export function parseCpuSeconds(text: string): number | undefined {
  const times = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number);
  if (times.length < 4 || times.some(Number.isNaN)) return undefined;
  return times.reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND;
}

/** 0 for one that is gone. */
export const cpuSecondsOf = (pid: number): number => parseCpuSeconds(readProc(`${pid}/stat`) ?? '') ?? 0;
