import { LABEL, isGone, isSoAlready, labelFilter } from '@benchbus/docker';
import type { Engine } from '@benchbus/docker';
import type { ContainerCreateOptions, ContainerInfo } from 'dockerode';
import { namedEffect } from '@benchbus/service';

/** All containers with these labels, also those that do not run. */
export const containersOf = (
  engine: Engine,
  installation: string,
  runId?: string,
  node?: string,
): Promise<ContainerInfo[]> =>
  engine.ask({ doing: 'list the containers' }, () =>
    engine.docker.listContainers({ all: true, filters: labelFilter(installation, runId, node) }),
  );

export const nameOf = ({ Names, Id }: ContainerInfo): string => Names[0]?.replace(/^\//, '') ?? Id.slice(0, 12);
export const kindOf = ({ Labels }: ContainerInfo): string | undefined => Labels[LABEL.process];

/** Crash points: `container-create`, `container-start` of `pause` and `runner`. */
export async function createContainer(
  engine: Engine,
  kind: 'pause' | 'runner',
  node: string,
  options: ContainerCreateOptions & { readonly name: string; readonly Image: string },
): Promise<string> {
  const { name, Image } = options;
  const doing = { doing: `create container ${name}`, node, container: kind, image: Image, name: `container ${name}` };
  const made = await namedEffect(`${kind}-create`, () =>
    engine.ask(doing, () => engine.docker.createContainer({ ...options })),
  );
  return made.id;
}

export const startContainer = (engine: Engine, kind: 'pause' | 'runner', node: string, id: string): Promise<void> =>
  namedEffect(`${kind}-start`, () =>
    engine.ask({ doing: `start the ${kind} container`, node, container: kind }, async () => {
      try {
        await engine.docker.getContainer(id).start();
      } catch (error) {
        if (!isSoAlready(error)) throw error;
      }
    }),
  );

/** It is not started again by the engine, whatever becomes of it. */
export const stopRestarting = async (engine: Engine, id: string): Promise<void> => {
  await engine.askIfThere({ doing: 'change a restart policy' }, () =>
    engine.docker.getContainer(id).update({ RestartPolicy: { Name: 'no' } }),
  );
};

/** The signal that its image names, grace, SIGKILL. */
export const endContainer = (engine: Engine, { Id }: Pick<ContainerInfo, 'Id'>, graceMs: number): Promise<void> =>
  engine.askIfThere({ doing: 'stop a container' }, async () => {
    await engine.docker.getContainer(Id).stop({ t: Math.ceil(graceMs / 1000) });
  });

/** SIGTERM, grace, SIGKILL. Returns whether it had to be killed. */
export async function stopContainer(engine: Engine, { Id }: ContainerInfo, graceMs: number): Promise<boolean> {
  await stopRestarting(engine, Id);
  const container = engine.docker.getContainer(Id);
  const wasUp = (await engine.askIfThere({ doing: 'inspect a container' }, () => container.inspect()))?.State.Running;
  if (wasUp !== true) return false;
  await namedEffect('runner-stop', () => endContainer(engine, { Id }, graceMs));
  const state = (await engine.askIfThere({ doing: 'inspect a container' }, () => container.inspect()))?.State;
  return state?.ExitCode === 137 && !state.OOMKilled;
}

/** With the anonymous volumes that its image declares. */
export async function removeContainer(engine: Engine, info: ContainerInfo): Promise<void> {
  await namedEffect('container-remove', () =>
    engine.ask({ doing: `remove container ${nameOf(info)}` }, async () => {
      try {
        await engine.docker.getContainer(info.Id).remove({ force: true, v: true });
      } catch (error) {
        if (!isGone(error) && !isSoAlready(error)) throw error;
      }
    }),
  );
}
