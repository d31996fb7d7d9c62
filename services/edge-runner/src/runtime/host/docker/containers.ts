import type { ContainerInspectInfo } from 'dockerode';
import { BenchbusError } from '@benchbus/events';
import { failureOf, fenceText, isGone, isSoAlready, LABEL, nameTaken, untilContainerEnded } from '@benchbus/docker';
import { startProblem } from '../../../domain/container-problems.ts';
import { containerOptions, type ContainerSpec } from './container-options.ts';
import type { Pod } from './pod.ts';

/** A container of this name, whosever it is. */
export const inspectContainer = ({ engine, node }: Pod, name: string): Promise<ContainerInspectInfo | undefined> =>
  engine.askIfThere({ doing: `inspect container ${name}`, node }, () => engine.docker.getContainer(name).inspect());

/** How a container's label compares with this runner's own deployment. */
function isOurs({ owner, node }: Pod, { Config }: ContainerInspectInfo): boolean {
  const { Labels: labels } = Config;
  return (
    labels[LABEL.installation] === owner.installation &&
    labels[LABEL.run] === owner.runId &&
    labels[LABEL.node] === node
  );
}

/**
 * Our container of this name; one of an earlier deployment of the node is not (`start` removes it).
 * @throws BenchbusError CONTAINER_NAME_TAKEN | FENCED_OFF when a later deployment's runner made it
 */
export async function ownContainer(pod: Pod, name: string): Promise<ContainerInspectInfo | undefined> {
  const found = await inspectContainer(pod, name);
  if (found === undefined) return undefined;
  if (!isOurs(pod, found)) throw new BenchbusError(nameTaken(`container ${name}`, { node: pod.node }));
  const fence = found.Config.Labels[LABEL.fence] ?? '';
  if (fence === fenceText(pod.owner.fence)) return found;
  const [incarnation, sequence = '0'] = fence.split(':');
  if (incarnation === pod.owner.fence.incarnation && Number(sequence) > pod.owner.fence.sequence)
    throw new BenchbusError({
      code: 'FENCED_OFF',
      message: `a later deployment of the node has made container ${name}`,
      where: `${pod.node}/${name}`,
      hint: 'this runner is of an earlier one, and has nothing to do any more',
    });
  return undefined;
}

/** With what it wrote and the volumes that its image declares. */
export const removeContainer = async ({ engine, node }: Pod, id: string): Promise<void> => {
  await engine.ask({ doing: `remove container ${id}`, node }, async () => {
    try {
      await engine.docker.getContainer(id).remove({ force: true, v: true });
    } catch (error) {
      if (!isGone(error) && !isSoAlready(error)) throw error;
    }
  });
};

/** Makes and starts a container; what bears its name has to be gone. Returns its id. @throws BenchbusError, see startProblem */
export async function startContainer(pod: Pod, spec: ContainerSpec, between?: () => void): Promise<string> {
  const { engine, node } = pod;
  const { name, process: container, image } = spec;
  const { id } = await engine.ask(
    { doing: `create container ${name}`, node, container, image, name: `container ${name}` },
    () => engine.docker.createContainer(containerOptions(pod, spec)),
  );
  between?.();
  try {
    await engine.docker.getContainer(id).start();
  } catch (error) {
    if (isSoAlready(error)) return id;
    await removeContainer(pod, id).catch(() => undefined);
    const [program] = spec.argv;
    throw new BenchbusError(
      startProblem(failureOf(error), { host: engine.host, pod: pod.pod, node, container, image, program }),
      {
        cause: error,
      },
    );
  }
  return id;
}

/** Signals PID 1, which is an init: it hands the signal on, but for SIGKILL, which ends everything in the container at once. */
export const signalContainer = async ({ engine, node }: Pod, id: string, signal: NodeJS.Signals): Promise<void> => {
  await engine.ask({ doing: `send ${signal} to a container`, node }, async () => {
    try {
      await engine.docker.getContainer(id).kill({ signal });
    } catch (error) {
      // 409: it does not run.
      if (!isGone(error) && (error as { statusCode?: number }).statusCode !== 409) throw error;
    }
  });
};

/** Asks a container to end, and after `graceMs` kills it. Resolves when it does not run. */
export async function endContainer(pod: Pod, id: string, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  await signalContainer(pod, id, signal);
  const patience = AbortSignal.timeout(graceMs);
  const late = await untilContainerEnded(pod.engine, id, patience).then(
    () => false,
    (error: unknown) => {
      if (!patience.aborted) throw error;
      return true;
    },
  );
  if (!late) return;
  await signalContainer(pod, id, 'SIGKILL');
  await untilContainerEnded(pod.engine, id, AbortSignal.timeout(KILLED_MS));
}

/** How long what was sent SIGKILL may take to go: it is in no state to refuse. */
const KILLED_MS = 10_000;

/** CPU time a container has used, ns; undefined: it is gone. */
export const cpuNanoseconds = ({ engine, node }: Pod, name: string): Promise<number | undefined> =>
  engine.askIfThere({ doing: `read the statistics of container ${name}`, node }, async () => {
    const stats = await engine.docker.getContainer(name).stats({ stream: false, 'one-shot': true });
    return stats.cpu_stats.cpu_usage.total_usage;
  });
