import { BenchbusError } from '@benchbus/events';
import { LOCK_BUSY, untilUnlocked } from '@benchbus/processes';
import { crashPoint } from '@benchbus/service';
import type { StepCommand, StepHost } from '../host/step-host.ts';
import { makeOwnedDir, writeWhole } from './files.ts';
import { RunnerStopping } from './runner-stopping.ts';
import { readStep, stepFiles } from './step-files.ts';
import { ALREADY_STARTED } from './step-script.ts';
import { tailLines } from './tail-lines.ts';

export interface StepSpec extends StepCommand {
  /** Where it runs. */
  readonly host: StepHost;
  /** Between SIGTERM and SIGKILL when the step is aborted. */
  readonly graceMs: number;
  /** Asked right before the program is spawned; throws if it may not be. */
  readonly mayCreate: () => Promise<void>;
  /** Which of its streams `onLine` follows; default: standard error. */
  readonly follow?: 'stdout' | 'stderr';
  /** Each line of that stream, as it comes; after an adoption from the first one, which is `old` then. */
  readonly onLine?: (line: string, old: boolean) => void;
}

export type StepEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly startedAt: Date }
  /** It was started and is gone without an exit code: killed from outside, or the machine went down. */
  | { readonly kind: 'vanished'; readonly startedAt: Date };

/** Waits for `gone`; an abort ends the step's group first, except when only the runner stops. */
async function orAbort(spec: StepSpec, gone: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<'aborted'>();
  const onAbort = () => aborted.resolve('aborted');
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const first = await Promise.race([gone, aborted.promise]).finally(() => signal.removeEventListener('abort', onAbort));
  if (first !== 'aborted') return;
  if (signal.reason instanceof RunnerStopping) throw signal.reason;
  await spec.host.end(spec, gone, spec.graceMs);
  throw signal.reason;
}

async function untilFree(spec: StepSpec, signal: AbortSignal): Promise<void> {
  // Only the runner's stop ends the watcher: an abort has to see the killed group go.
  const watcher = new AbortController();
  const gone = untilUnlocked(stepFiles(spec.dir).lock, watcher.signal);
  gone.catch(() => undefined);
  await orAbort(spec, gone, signal).finally(() => watcher.abort());
}

/**
 * Runs a program once, detached, whoever asks and however often: starts it if its files prove that it never ran,
 * attaches to it if it runs, and tells its end from its files if it is over.
 * @throws the signal's reason (then the program's group is gone, unless the reason is RunnerStopping)
 */
export async function detachedStep(spec: StepSpec, signal: AbortSignal): Promise<StepEnd> {
  await makeOwnedDir(spec.dir, spec.user);
  const tail = spec.onLine && (await tailLines(stepFiles(spec.dir)[spec.follow ?? 'stderr'], spec.user, spec.onLine));
  return runOnce(spec, signal).finally(() => tail?.stop());
}

async function runOnce(spec: StepSpec, signal: AbortSignal): Promise<StepEnd> {
  // A second turn is needed when a dead runner's wrapper got the lock before ours; more would mean a broken flock.
  for (let turn = 0; turn < 3; turn += 1) {
    const before = await readStep(spec.dir);
    if (before.pid !== undefined && before.startedAt !== undefined) {
      if (before.exitCode === undefined) await untilFree(spec, signal);
      const { exitCode } = await readStep(spec.dir);
      if (exitCode === undefined) return { kind: 'vanished', startedAt: before.startedAt };
      return { kind: 'exited', code: exitCode, startedAt: before.startedAt };
    }
    signal.throwIfAborted();
    await spec.mayCreate();
    await writeWhole(stepFiles(spec.dir).tool, `${JSON.stringify({ command: spec.argv }, null, 2)}\n`);
    crashPoint('before.tool-spawn');
    const { gone } = await spec.host.spawn(spec);
    crashPoint('after.tool-spawn');
    await orAbort(spec, gone, signal);
    crashPoint('after.tool-exit');
    const code = await gone;
    if (code === LOCK_BUSY) await untilFree(spec, signal);
    else if (code !== ALREADY_STARTED && (await readStep(spec.dir)).pid === undefined) break;
  }
  throw new BenchbusError({
    code: 'TOOL_NOT_STARTED',
    message: `${spec.argv[0]} could not be started`,
    where: spec.dir,
    hint: 'flock and sh have to be on the PATH, and the folder writable for the local user',
  });
}
