import { linkOf, readProc } from './proc-files.ts';

/** The kernel's short name of a process (comm: at most 15 characters). */
export const nameOf = (pid: number): string => readProc(`${pid}/comm`)?.trim() ?? '';

const wordsOf = (pid: number): string[] =>
  readProc(`${pid}/cmdline`)
    ?.split('\0')
    .filter((word) => word !== '') ?? [];

/** The whole command line; empty when the process is gone. */
export const commandLineOf = (pid: number): string => wordsOf(pid).join(' ');

/** What a person recognises a process by: the beginning of its command line, else its name. */
export function commandOf(pid: number): string {
  return wordsOf(pid).slice(0, 3).join(' ').slice(0, 160) || nameOf(pid) || `pid ${pid}`;
}

export const executableOf = (pid: number): string | undefined => linkOf(`${pid}/exe`);
export const workingDirOf = (pid: number): string | undefined => linkOf(`${pid}/cwd`);
/** What it has mapped: the text of /proc/<pid>/maps. */
export const mapsOf = (pid: number): string => readProc(`${pid}/maps`) ?? '';
