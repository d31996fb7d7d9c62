import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number;
  readonly process: ChildProcess;
  /** Everything printed so far, stdout and stderr, line by line. */
  readonly lines: readonly string[];
  /** Resolves with the first line (printed or to come) that `match` turns into something; rejects if the process ends or time is over. */
  line<T>(match: (line: string) => T | undefined, what: string, timeoutMs?: number): Promise<T>;
  readonly exited: Promise<Exit>;
  /** Signals and waits for the end; kills after `graceMs`. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<Exit>;
}

export interface ChildOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Starts a program and lets a test wait for what it prints. */
export function startChild(command: string, args: readonly string[], options: ChildOptions = {}): Child {
  const process = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  for (const stream of [process.stdout, process.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const listener of listeners) listener(line);
    });
  }
  const exited = new Promise<Exit>((resolve, reject) => {
    process.once('error', reject);
    process.once('close', (code, signal) => resolve({ code, signal }));
  });
  // Who does not wait for the exit is not to fail by it; `line` and `stop` report it.
  exited.catch(() => undefined);

  const line: Child['line'] = (match, what, timeoutMs = 30_000) =>
    new Promise((resolve, reject) => {
      const finish = (act: () => void): void => {
        clearTimeout(timer);
        listeners.delete(look);
        act();
      };
      const fail = (why: string): void =>
        finish(() => reject(new Error(`${what}: ${why}\n${lines.slice(-30).join('\n')}`)));
      const look = (text: string): void => {
        const found = match(text);
        if (found !== undefined) finish(() => resolve(found));
      };
      const timer = setTimeout(() => fail(`not seen within ${timeoutMs} ms`), timeoutMs);
      listeners.add(look);
      exited.then(
        ({ code, signal }) => fail(`the process ended first (${signal ?? code})`),
        (error: unknown) => fail(String(error)),
      );
      for (const text of lines) look(text);
    });

  const stop: Child['stop'] = async (signal = 'SIGTERM', graceMs = 15_000) => {
    process.kill(signal);
    const timer = setTimeout(() => process.kill('SIGKILL'), graceMs);
    try {
      return await exited;
    } finally {
      clearTimeout(timer);
    }
  };
  return { pid: process.pid ?? -1, process, lines, line, exited, stop };
}
