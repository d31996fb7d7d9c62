import { BenchbusError } from '@benchbus/events';
import { outputOfContainer, untilContainerEnded } from '@benchbus/docker';
import { endProblem } from '../../../domain/container-problems.ts';
import type { ProgramEnd } from '../../process/run-program.ts';
import type { ContainerSpec } from './container-options.ts';
import { endContainer, inspectContainer, ownContainer, removeContainer, startContainer } from './containers.ts';
import type { Pod } from './pod.ts';

export interface RunLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Given up, it is asked to end first, and killed after so long. */
  readonly graceMs?: number | undefined;
}

/** What an earlier runner left under this name: is waited for, as it may do the same work, and removed. */
async function clearName(pod: Pod, name: string, signal: AbortSignal): Promise<void> {
  const left = await ownContainer(pod, name);
  if (left?.State.Running === true) await untilContainerEnded(pod.engine, left.Id, signal);
  // One of an earlier deployment of the node, too.
  const there = await inspectContainer(pod, name);
  if (there !== undefined) await removeContainer(pod, there.Id);
}

/**
 * Runs a short container to its end, and removes it.
 * @throws BenchbusError of the engine or the start | PROGRAM_MISSING | CONTAINER_OOM_KILLED | DISK_FULL | the signal's reason | TimeoutError
 */
export async function runContainer(
  pod: Pod,
  spec: ContainerSpec,
  { timeoutMs, signal, graceMs }: RunLimits,
): Promise<ProgramEnd> {
  const either = AbortSignal.any([AbortSignal.timeout(timeoutMs), signal]);
  await clearName(pod, spec.name, either);
  either.throwIfAborted();
  const id = await startContainer(pod, spec);
  try {
    await untilContainerEnded(pod.engine, id, either).catch(async (error: unknown) => {
      if (graceMs !== undefined && either.aborted) await endContainer(pod, id, 'SIGTERM', graceMs);
      throw error;
    });
    const [end, output] = await Promise.all([inspectContainer(pod, id), outputOfContainer(pod.engine, id)]);
    const { ExitCode: code, OOMKilled: oomKilled } = end?.State ?? {};
    const { node } = pod;
    const { process: container, image } = spec;
    const ended = { node, container, image, exitCode: code ?? 0, oomKilled: oomKilled === true, said: output.stderr };
    const problem = endProblem(ended);
    if (problem !== undefined) throw new BenchbusError(problem);
    // 128 and a signal's number: as a shell tells it.
    return { code: code === undefined || code > 128 ? undefined : code, ...output };
  } finally {
    await removeContainer(pod, id);
  }
}
