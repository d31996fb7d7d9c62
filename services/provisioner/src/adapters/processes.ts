import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A process, unmistakably: a pid is re-used, a pid with its start time (clock ticks since boot) is not. */
export interface ProcessId {
  readonly pid: number;
  readonly startTime: string;
}

/** Labels are plain environment variables, readable in /proc/<pid>/environ by the same user and root. */
export interface LabelledProcess extends ProcessId {
  readonly installation: string;
  readonly run: string | undefined;
  readonly node: string | undefined;
  /** Incarnation of the log it was started for. */
  readonly incarnation: string | undefined;
  readonly command: string;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // gone, or another user's
  }
}

/** Parent, start time and state of a living process; a zombie is dead: it holds nothing. proc(5), after the last ")". */
export function processStat(pid: number): { startTime: string; parent: number } | undefined {
  const fields = read(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, '')
    .split(' ');
  const [state, parent] = fields ?? [];
  const startTime = fields?.[19];
  if (state === undefined || state === 'Z' || state === 'X' || startTime === undefined) return undefined;
  return { startTime, parent: Number(parent) };
}

export const startTimeOf = (pid: number): string | undefined => processStat(pid)?.startTime;
export const isAlive = (id: ProcessId): boolean => startTimeOf(id.pid) === id.startTime;
export const bootId = (): string => read('/proc/sys/kernel/random/boot_id')?.trim() ?? '';

export function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

export function commandOf(pid: number): string {
  const words =
    read(`/proc/${pid}/cmdline`)
      ?.split('\0')
      .filter((word) => word !== '') ?? [];
  return words.slice(0, 3).join(' ').slice(0, 160) || (read(`/proc/${pid}/comm`)?.trim() ?? `pid ${pid}`);
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
export const executableOf = (pid: number): string | undefined => link(`/proc/${pid}/exe`);
export const workingDirOf = (pid: number): string | undefined => link(`/proc/${pid}/cwd`);
export const mapsOf = (pid: number): string => read(`/proc/${pid}/maps`) ?? '';

/** A process' labels, or undefined if it has none (or is dead, or another user's). */
export function labelsOf(pid: number): LabelledProcess | undefined {
  const stat = processStat(pid);
  const environ = read(`/proc/${pid}/environ`);
  if (stat === undefined || environ === undefined || !environ.includes('BENCHBUS_INSTALLATION=')) return undefined;
  const env = new Map<string, string>();
  for (const line of environ.split('\0')) {
    const at = line.indexOf('=');
    if (at > 0) env.set(line.slice(0, at), line.slice(at + 1));
  }
  const installation = env.get('BENCHBUS_INSTALLATION');
  if (installation === undefined) return undefined;
  return {
    pid,
    startTime: stat.startTime,
    installation,
    run: env.get('BENCHBUS_RUN'),
    node: env.get('BENCHBUS_NODE'),
    incarnation: env.get('BENCHBUS_FENCE')?.split(':')[0],
    command: commandOf(pid),
  };
}

export function labelledProcesses(installation: string): LabelledProcess[] {
  const found: LabelledProcess[] = [];
  for (const pid of allPids()) {
    if (pid === process.pid) continue;
    const labels = labelsOf(pid);
    if (labels?.installation === installation) found.push(labels);
  }
  return found;
}

/** Sends a signal to exactly this process; false if it is gone. The start time is compared immediately before. */
export function signalProcess(id: ProcessId, signal: NodeJS.Signals): boolean {
  if (!isAlive(id)) return false;
  try {
    return process.kill(id.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/**
 * Waits until all are dead or the time is over; returns who still lives. Linux tells nobody but the parent of a death,
 * and Node has no pidfd, so this looks every 20 ms, bounded by the grace period.
 */
export async function waitForDeath(ids: readonly ProcessId[], graceMs: number): Promise<ProcessId[]> {
  const end = performance.now() + graceMs;
  let alive = ids.filter(isAlive);
  while (alive.length > 0 && performance.now() < end) {
    await delay(20);
    alive = alive.filter(isAlive);
  }
  return alive;
}
