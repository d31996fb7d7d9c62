import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectBus, type EventBus } from '@benchbus/events';
import { entryOf } from '@benchbus/service';
import type { EngineAddress } from './engine-tasks.ts';
import { labelled } from './processes.ts';
import { testEnvironment } from './test-engine.ts';

export const REPO = fileURLToPath(new URL('../../../../', import.meta.url));
const NODE = join(REPO, 'node_modules/.bin/node');
const CLI = entryOf(join(REPO, 'apps/cli/src/main.ts'));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of the CLI as a process of its own process group (so that a signal reaches nothing else). */
export function cli(args: readonly string[], env: Record<string, string> = {}, cwd = REPO) {
  const child = spawn(NODE, [CLI, ...args], {
    cwd,
    env: { ...testEnvironment(), NO_COLOR: '1', ...env },
    detached: true,
  });
  let stdout = '';
  let stderr = '';
  const seen = new EventTarget();
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    seen.dispatchEvent(new Event('output'));
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    seen.dispatchEvent(new Event('output'));
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  /** Resolves when the output (both streams) matches; rejects when the process ends without. */
  const printed = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (!pattern.test(stdout + stderr)) return;
        seen.removeEventListener('output', look);
        resolve();
      };
      seen.addEventListener('output', look);
      void finished.then(() => reject(new Error(`ended without printing ${pattern}:\n${stdout}\n${stderr}`)), reject);
      look();
    });
  return { child, finished, printed };
}

interface StackFile {
  readonly natsUrl?: string;
  /** Of the embedded engine. */
  readonly hatchet?: EngineAddress;
  readonly installation: string;
  readonly supervisor: { readonly pid: number };
  readonly children: readonly { readonly name: string; readonly pid: number }[];
}

/** `benchbus up` in a state folder of its own. */
export class Installation {
  readonly stateDir: string;
  readonly up: ReturnType<typeof cli>;
  readonly bus: EventBus;
  readonly installation: string;
  readonly natsUrl: string;
  /** Absent: the engine of HATCHET_CLIENT_*. */
  readonly hatchet: EngineAddress | undefined;

  private constructor(stateDir: string, up: ReturnType<typeof cli>, bus: EventBus, file: StackFile) {
    this.stateDir = stateDir;
    this.up = up;
    this.bus = bus;
    this.installation = file.installation;
    this.natsUrl = file.natsUrl ?? '';
    this.hatchet = file.hatchet;
  }

  /** `args`: of `benchbus up`. A state folder may have been another's, that was killed. */
  static async start(
    env: Record<string, string> = {},
    stateDir = newStateDir(),
    args: readonly string[] = [],
  ): Promise<Installation> {
    const up = cli(['up', ...args], { ...env, BENCHBUS_STATE_DIR: stateDir });
    const file = await stackReady(stateDir, up.child, up.finished);
    const bus = await connectBus({ servers: file.natsUrl ?? '', name: 'e2e', source: 'benchbus/e2e' });
    return new Installation(stateDir, up, bus, file);
  }

  /** The process id of a process of the stack. */
  pid(name: string): number | undefined {
    return readStack(this.stateDir)?.children.find((child) => child.name === name)?.pid;
  }

  cli(...args: string[]) {
    return cli(args, { BENCHBUS_STATE_DIR: this.stateDir });
  }

  /** Kills every process of the stack at once, as a power cut does; what it made for runs goes on. */
  async kill(): Promise<void> {
    await this.bus.close();
    this.up.child.kill('SIGKILL');
    for (const { pid } of readStack(this.stateDir)?.children ?? []) process.kill(pid, 'SIGKILL');
    await this.up.finished;
  }

  /** Stops the stack as a user does, and removes its folder. Returns what of it still runs. */
  async stop(): Promise<string[]> {
    await this.bus.close();
    this.up.child.kill('SIGINT');
    await this.up.finished;
    const left = labelled({ BENCHBUS_INSTALLATION: this.installation });
    rmSync(this.stateDir, { recursive: true, force: true });
    return left.map(({ command }) => command);
  }
}

export const newStateDir = (): string => mkdtempSync(join(tmpdir(), 'benchbus-e2e-'));

function readStack(stateDir: string): StackFile | undefined {
  try {
    return JSON.parse(readFileSync(join(stateDir, 'run/stack.json'), 'utf8')) as StackFile;
  } catch {
    return undefined;
  }
}

async function stackReady(stateDir: string, child: ChildProcess, finished: Promise<Finished>): Promise<StackFile> {
  const stop = new AbortController();
  const ended = finished.then(({ stdout, stderr }) => {
    throw new Error(`benchbus up ended:\n${stdout}\n${stderr}`);
  });
  const ready = new Promise<StackFile>((resolve) => {
    const look = () => {
      const file = readStack(stateDir);
      if (file?.natsUrl === undefined || file.supervisor.pid !== child.pid) return;
      stop.abort();
      resolve(file);
    };
    // The folder `run` comes a moment after the process: watch recursively from above.
    watch(stateDir, { recursive: true, signal: stop.signal }, look);
    child.stdout?.on('data', look);
    if (existsSync(stateDir)) look();
  });
  return Promise.race([ready, ended]);
}
