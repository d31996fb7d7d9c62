import { statOf } from './stat.ts';

/** A process, unmistakably: a pid is re-used, a pid with its start time (clock ticks since boot) is not. */
export interface ProcessId {
  readonly pid: number;
  readonly startTime: string;
}

/** Identity of a living process; undefined when it has ended (a zombie has, too: it holds nothing). */
export function identify(pid: number): ProcessId | undefined {
  const stat = statOf(pid);
  return stat && { pid, startTime: stat.startTime };
}

export const isAlive = ({ pid, startTime }: ProcessId): boolean => statOf(pid)?.startTime === startTime;
