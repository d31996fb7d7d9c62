import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { identify } from '../process-id.ts';
import type { ProcessId } from '../process-id.ts';

export interface Started {
  readonly child: ChildProcess;
  readonly id: ProcessId;
  readonly exited: Promise<unknown>;
}

/** Processes of one test; `end` kills those that live, with their groups, and waits for them. */
export function children() {
  const started: Started[] = [];
  return {
    /** Starts a program in a process group of its own; back when it has printed a line. */
    start: async (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Started> => {
      const child = spawn(command, args, {
        detached: true,
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { PATH: process.env['PATH'], ...env },
      });
      const exited = once(child, 'exit');
      await once(child.stdout, 'data');
      const id = identify(child.pid ?? -1);
      if (id === undefined) throw new Error(`${command} ended at once`);
      const one = { child, id, exited };
      started.push(one);
      return one;
    },
    end: async (): Promise<void> => {
      for (const { child, exited } of started.splice(0)) {
        if (child.exitCode === null && child.signalCode === null && child.pid) process.kill(-child.pid, 'SIGKILL');
        await exited;
      }
    },
  };
}

/** Arguments of `sh` for a process that says `ready` and goes on until it is killed (or its parent has died). */
export const FOREVER = ['-c', 'echo ready; read never'] as const;
