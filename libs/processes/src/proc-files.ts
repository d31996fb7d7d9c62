import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A file below /proc; undefined when the process is gone, or another user's. */
export function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

/** Target of a link below /proc; undefined when the process is gone, or another user's. */
export function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(`/proc/${path}`);
  } catch {
    return undefined;
  }
}

export function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Changes with each start of the machine: pids and start times of an earlier one say nothing. */
export const bootId = (): string => readProc('sys/kernel/random/boot_id')?.trim() ?? '';
