import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { namedEffect } from '@benchbus/service';

/** Written by the node's runner as long as a database that is not ours may hold a schema of its run. */
const MARKER = 'external-schema.json';

export interface Releasing {
  readonly runnerCommand: readonly string[];
  /** Of the runner, its secrets included. @throws BenchbusError where a secret is gone */
  readonly environment: () => Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

interface End {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runTask({ runnerCommand, environment, timeoutMs }: Releasing): Promise<End> {
  const [program = '', ...args] = runnerCommand;
  return new Promise((resolve, reject) => {
    const env = { ...environment(), BENCHBUS_EDGE_TASK: 'release-schema' };
    const signal = AbortSignal.timeout(timeoutMs);
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], signal, killSignal: 'SIGKILL' });
    const out: string[] = [];
    const err: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
    child.once('error', (error) => reject(signal.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error));
    child.once('close', (code) => resolve({ code, stdout: out.join(''), stderr: err.join('') }));
  });
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/**
 * Has the runner's own program drop the schema that a killed runner left in a database that is not ours. Returns what became
 * of it, for NodeDestroyed; nothing where the runner had dropped it. A database that does not answer holds up no release: it
 * is told then that the schema is still there, and where.
 */
export async function releaseExternal(dir: string, releasing: Releasing): Promise<string[]> {
  if (!existsSync(join(dir, MARKER))) return [];
  try {
    const { code, stdout, stderr } = await namedEffect('schema-release', () => runTask(releasing));
    if (code === 0) return stdout.trim() === '' ? [] : [stdout.trim()];
    return [`nothing: schema benchbus is still in the external database (${lastLine(stderr)})`];
  } catch (error) {
    return [`nothing: schema benchbus is still in the external database (${(error as Error).message})`];
  }
}
