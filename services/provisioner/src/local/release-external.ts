import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { namedEffect } from '@benchbus/service';
import { RELEASE_SCHEMA, releaseTold, SCHEMA_MARKER, stillThere } from '../domain/schema-release.ts';
import type { TaskEnd } from '../domain/schema-release.ts';

export interface Releasing {
  readonly runnerCommand: readonly string[];
  /** Of the runner, its secrets included. @throws BenchbusError where a secret is gone */
  readonly environment: () => Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

function runTask({ runnerCommand, environment, timeoutMs }: Releasing): Promise<TaskEnd> {
  const [program = '', ...args] = runnerCommand;
  return new Promise((resolve, reject) => {
    const env = { ...environment(), BENCHBUS_EDGE_TASK: RELEASE_SCHEMA };
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

/**
 * Has the runner's own program drop the schema that a killed runner left in a database that is not ours. Returns what became
 * of it, for NodeDestroyed; nothing where the runner had dropped it. A database that does not answer holds up no release: it
 * is told then that the schema is still there, and where.
 */
export async function releaseExternal(dir: string, releasing: Releasing): Promise<string[]> {
  if (!existsSync(join(dir, SCHEMA_MARKER))) return [];
  return namedEffect('schema-release', () => runTask(releasing)).then(releaseTold, (error: unknown) =>
    stillThere((error as Error).message),
  );
}
