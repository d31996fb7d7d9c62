import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from './files.ts';

export const stepFiles = (dir: string) => ({
  lock: join(dir, 'lock'),
  /** What is to be run: written before anything is. */
  tool: join(dir, 'tool.json'),
  started: join(dir, 'started'),
  exit: join(dir, 'exit'),
  stdout: join(dir, 'stdout'),
  stderr: join(dir, 'stderr'),
});

export interface StepState {
  /** Process group of the tool, once it was started. */
  readonly pid: number | undefined;
  readonly startedAt: Date | undefined;
  readonly exitCode: number | undefined;
  /** When the exit code was left. */
  readonly endedAt: Date | undefined;
}

/** What the files of a step say about it. */
export async function readStep(dir: string): Promise<StepState> {
  const files = stepFiles(dir);
  const exit = await readIfThere(files.exit);
  const started = await readIfThere(files.started);
  return {
    pid: started === undefined ? undefined : Number(started.trim()),
    startedAt: started === undefined ? undefined : (await stat(files.started)).mtime,
    exitCode: exit === undefined ? undefined : Number(exit.trim()),
    endedAt: exit === undefined ? undefined : (await stat(files.exit)).mtime,
  };
}
