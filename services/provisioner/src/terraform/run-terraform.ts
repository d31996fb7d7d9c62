import { spawn } from 'node:child_process';
import { closeSync, openSync, readSync, watch } from 'node:fs';
import { join } from 'node:path';
import { groupMembers, signalGroup, waitForDeath } from '@benchbus/processes';
import { Lines } from './domain/lines.ts';
import { parseTerraformLine } from './domain/stream.ts';
import type { TerraformEvent } from './domain/stream.ts';

export interface TerraformCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Everything it sees. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Between SIGINT, on which it writes its state and ends, and SIGKILL of its process group. */
  readonly graceMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: TerraformEvent) => void) | undefined;
}

export interface TerraformOutcome {
  /** Undefined: it was killed. */
  readonly status: number | undefined;
  readonly events: readonly TerraformEvent[];
  readonly stdout: string;
  readonly stderr: string;
  readonly stopped: 'timeout' | 'signal' | undefined;
}

/** Follows a file that somebody writes, by the kernel's notices. */
function follow(file: string, onText: (text: string) => void): { read(): void; close(): void } {
  const fd = openSync(file, 'r');
  const decoder = new TextDecoder();
  const buffer = Buffer.alloc(2 ** 16);
  const read = () => {
    for (let length; (length = readSync(fd, buffer)) > 0;)
      onText(decoder.decode(buffer.subarray(0, length), { stream: true }));
  };
  const watcher = watch(file, read);
  return {
    read,
    close: () => {
      watcher.close();
      closeSync(fd);
    },
  };
}

/**
 * Runs terraform in a process group of its own. Its output goes through files: a pipe would kill it in the middle of an effect
 * when this process dies, before it could write down what it made.
 */
export async function runTerraform(call: TerraformCall): Promise<TerraformOutcome> {
  const files = ['stdout', 'stderr'].map((name) => join(call.cwd, `.${name}`)) as [string, string];
  const [out, err] = files.map((file) => openSync(file, 'w', 0o600)) as [number, number];
  const lines = new Lines();
  const events: TerraformEvent[] = [];
  let [stdout, stderr] = ['', ''];
  const take = (text: string[]) => {
    for (const line of text) {
      const event = parseTerraformLine(line);
      if (event === undefined) continue;
      events.push(event);
      call.onEvent?.(event);
    }
  };
  const followed = [
    follow(files[0], (text) => {
      stdout += text;
      take(lines.push(text));
    }),
    follow(files[1], (text) => (stderr += text)),
  ];
  try {
    const { status, stopped } = await untilEnd(call, out, err);
    for (const one of followed) one.read();
    take(lines.end());
    return { status, events, stdout, stderr, stopped };
  } finally {
    for (const one of followed) one.close();
    for (const fd of [out, err]) closeSync(fd);
  }
}

async function untilEnd(
  { program, args, cwd, env, timeoutMs, graceMs, signal }: TerraformCall,
  out: number,
  err: number,
): Promise<Pick<TerraformOutcome, 'status' | 'stopped'>> {
  signal?.throwIfAborted();
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', out, err] });
  const ended = Promise.withResolvers<number | undefined>();
  child.once('error', ended.reject);
  child.once('exit', (status) => ended.resolve(status ?? undefined));
  let stopped: TerraformOutcome['stopped'];
  let hard: NodeJS.Timeout | undefined;
  const stop = (why: NonNullable<typeof stopped>) => {
    if (stopped !== undefined) return;
    stopped = why;
    // To terraform alone: it tells its providers.
    child.kill('SIGINT');
    hard = setTimeout(() => child.pid !== undefined && signalGroup(child.pid, 'SIGKILL'), graceMs);
  };
  const timer = setTimeout(() => stop('timeout'), timeoutMs);
  const onAbort = () => stop('signal');
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const status = await ended.promise;
    await reap(child.pid);
    return { status, stopped };
  } finally {
    clearTimeout(timer);
    clearTimeout(hard);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Providers outlive a terraform that was killed, and would go on. */
async function reap(group: number | undefined): Promise<void> {
  if (group === undefined) return;
  const left = await waitForDeath(groupMembers(group), 1_000);
  if (left.length === 0) return;
  signalGroup(group, 'SIGKILL');
  await waitForDeath(left, 5_000);
}
