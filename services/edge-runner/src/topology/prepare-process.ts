import { crashPoint, namedEffect } from '@benchbus/service';
import type { ProcessKind } from '@benchbus/suites';
import { endAtOnce } from '../domain/end-at-once.ts';
import type { HostedProcess } from '../runtime/host/process-host.ts';
import type { HostedLaunch } from './hosted-launch.ts';
import { placeOf, type LaunchContext } from './launch-context.ts';
import { runCommand } from './run-command.ts';

/** Says that the process is prepared, and for which attempt. */
const PREPARED = 'prepared';

const markOf = (attempt: number): string => JSON.stringify({ attempt });

export const isPrepared = async (hosted: HostedProcess, attempt: number): Promise<boolean> =>
  (await hosted.readNote(PREPARED)) === markOf(attempt);

/** Whether anything was made for the process, by whatever attempt. */
export const wasTouched = async (hosted: HostedProcess): Promise<boolean> =>
  (await hosted.readNote(PREPARED)) !== undefined || (await hosted.isRunning());

/** Ends what another attempt, or a runner that is gone, left of it. Waits for a command that a killed runner left. */
export async function retireProcess(hosted: HostedProcess, graceMs: number, signal: AbortSignal): Promise<void> {
  await hosted.untilIdle(signal);
  await hosted.stop({ signal: endAtOnce(hosted.kind), graceMs });
}

async function writeFiles({ hosted, launch }: HostedLaunch, again: boolean): Promise<void> {
  for (const { path, content, mode, rewritten, forPrepare } of launch.files) {
    if (again && (forPrepare || (rewritten && (await hosted.hasFile(path))))) continue;
    await hosted.writeFile(path, content, mode);
  }
}

const codeOf = (kind: ProcessKind): string => (kind === 'postgres' ? 'DATABASE_INIT_FAILED' : 'PROCESS_INIT_FAILED');

/**
 * Files written and `prepare` done: once an attempt, from empty folders; what a crashed try left is done anew. After that
 * only the files are written again, should they have suffered.
 * @throws BenchbusError DATABASE_INIT_FAILED | PROCESS_INIT_FAILED with the command's own words
 */
export async function prepareProcess(context: LaunchContext, one: HostedLaunch, signal: AbortSignal): Promise<void> {
  const { hosted, launch } = one;
  const { attempt, node, limits, mayCreate, tell } = context;
  if (await isPrepared(hosted, attempt)) {
    await namedEffect('files-write', () => writeFiles(one, true));
    return;
  }
  await retireProcess(hosted, limits.graceMs, signal);
  await mayCreate();
  crashPoint('before.prepare');
  await hosted.clear();
  await namedEffect('files-write', () => writeFiles(one, false));
  const { copy } = context;
  const restored = hosted.kind === 'postgres' && copy !== undefined && (await copy.restore(hosted, signal));
  if (restored) tell(`${hosted.kind}: started from a kept copy of the loaded data`);
  for (const command of restored ? [] : launch.prepare) {
    tell(`${hosted.kind}: ${command.program}`);
    const how = { code: codeOf(hosted.kind), where: placeOf(node.name, hosted.kind), timeoutMs: limits.commandMs };
    await runCommand(hosted, command, how, signal);
    crashPoint('after.prepare-command');
  }
  for (const file of launch.files) if (file.forPrepare) await hosted.removeFile(file.path);
  await hosted.writeNote(PREPARED, markOf(attempt));
  crashPoint('after.prepare');
}
