import { spawn } from 'node:child_process';
import { ownLabels, signalGroup } from '@benchbus/processes';
import type { LocalUser } from './local-user.ts';

export interface Program {
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Whose rights it runs with; the runner's own if absent. */
  readonly user?: LocalUser;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Given up, it is asked to end first, and killed after so long. Absent: killed at once. */
  readonly graceMs?: number | undefined;
}

export interface ProgramEnd {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a short program to its end and returns what it printed. Rejects when it cannot be started, is too slow, or is
 * aborted; then its whole process group is killed: pg_basebackup alone would leave its child, which receives the log and
 * holds the slot and every inherited lock.
 */
export function runProgram(program: Program): Promise<ProgramEnd> {
  const [file, ...args] = program.argv;
  return new Promise((resolve, reject) => {
    const timeout = AbortSignal.timeout(program.timeoutMs);
    const signal = program.signal === undefined ? timeout : AbortSignal.any([timeout, program.signal]);
    signal.throwIfAborted();
    const child = spawn(file, args, {
      env: { PATH: process.env['PATH'], LC_ALL: 'C', ...ownLabels(), ...program.env },
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      ...program.user?.ids,
    });
    const out: string[] = [];
    const err: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
    let grace: NodeJS.Timeout | undefined;
    const kill = () => {
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      reject(signal.reason as Error);
    };
    const giveUp = () => {
      if (program.graceMs === undefined || child.pid === undefined) return kill();
      signalGroup(child.pid, 'SIGTERM');
      grace = setTimeout(kill, program.graceMs);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    child.once('error', reject);
    child.once('close', (code) => {
      signal.removeEventListener('abort', giveUp);
      clearTimeout(grace);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve({ code: code ?? undefined, stdout: out.join(''), stderr: err.join('') });
    });
  });
}
