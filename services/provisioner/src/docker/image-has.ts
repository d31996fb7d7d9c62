import { isGone, labelsFor, podName, untilContainerEnded } from '@benchbus/docker';
import type { Engine, Owner } from '@benchbus/docker';
import { namedEffect } from '@benchbus/service';

export interface ImageLook {
  readonly image: string;
  readonly program: string;
  /** Whose the container is that looks. */
  readonly owner: Owner;
  readonly node: string;
}

/** As a shell finds it: by its name on the image's PATH, or at its whole path. */
const LOOK = 'command -v -- "$1" >/dev/null';

const remove = (engine: Engine, name: string): Promise<void> =>
  engine.ask({ doing: `remove container ${name}` }, async () => {
    try {
      await engine.docker.getContainer(name).remove({ force: true, v: true });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  });

/**
 * Whether an image has a program, by a container of it that only looks: without network or rights, and removed at once; of a
 * killed provisioner the next look, or the janitor, removes it. @throws BenchbusError of the engine, or the signal's reason
 */
export async function imageHas(engine: Engine, look: ImageLook, signal: AbortSignal): Promise<boolean> {
  const { image, program, owner, node } = look;
  const name = `${podName(owner.installation, owner.runId, node)}.look`;
  const options = {
    ...{ name, Image: image, User: '65534:65534', Env: [], Labels: labelsFor(owner, node, 'look') },
    ...{ Entrypoint: ['sh', '-c', LOOK, 'look'], Cmd: [program] },
    HostConfig: { NetworkMode: 'none', CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], ReadonlyRootfs: true },
  };
  await remove(engine, name);
  signal.throwIfAborted();
  try {
    const about = { node, container: 'look', image, name: `container ${name}` };
    const { id } = await namedEffect('look-create', () =>
      engine.ask({ doing: `create container ${name}`, ...about }, () => engine.docker.createContainer(options)),
    );
    const container = engine.docker.getContainer(id);
    await engine.ask({ doing: `start container ${name}`, ...about }, () => container.start());
    await untilContainerEnded(engine, id, signal);
    const end = await engine.ask({ doing: `inspect container ${name}`, ...about }, () => container.inspect());
    return end.State.ExitCode === 0;
  } finally {
    await remove(engine, name);
  }
}
