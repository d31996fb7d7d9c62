import { LABEL, NODE_DIR, isGone, outputOfContainer, untilContainerEnded } from '@benchbus/docker';
import type { Engine } from '@benchbus/docker';
import type { ContainerInfo, ContainerInspectInfo } from 'dockerode';
import { namedEffect } from '@benchbus/service';
import { RELEASE_SCHEMA, releaseTold, SCHEMA_MARKER, stillThere } from '../domain/schema-release.ts';
import type { TaskEnd } from '../domain/schema-release.ts';
import { nameOf } from './containers.ts';

/** Reads the volume, also of a container that does not run. */
const hasMarker = (engine: Engine, { Id }: ContainerInfo): Promise<boolean> =>
  engine.ask({ doing: 'look into a volume' }, async () => {
    try {
      await engine.docker.getContainer(Id).infoArchive({ path: `${NODE_DIR}/${SCHEMA_MARKER}` });
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  });

/** The runner once more, with its own environment (the secrets are in it) and volume, for this task alone. */
async function runTask(engine: Engine, name: string, of: ContainerInspectInfo, timeoutMs: number): Promise<TaskEnd> {
  const { Config, HostConfig, Image } = of;
  const made = await engine.ask({ doing: `create container ${name}`, name: `container ${name}` }, () =>
    engine.docker.createContainer({
      name,
      Image,
      Env: [...Config.Env, `BENCHBUS_EDGE_TASK=${RELEASE_SCHEMA}`],
      Labels: { ...Config.Labels, [LABEL.process]: 'release' },
      HostConfig: {
        Init: true,
        NetworkMode: 'host',
        RestartPolicy: { Name: 'no' },
        ...(HostConfig.LogConfig === undefined ? {} : { LogConfig: HostConfig.LogConfig }),
        Mounts: (HostConfig.Mounts ?? []).filter(({ Target }) => Target === NODE_DIR),
      },
    }),
  );
  const container = engine.docker.getContainer(made.id);
  try {
    await engine.ask({ doing: `start container ${name}` }, () => container.start());
    const signal = AbortSignal.timeout(timeoutMs);
    await untilContainerEnded(engine, made.id, signal).catch((error: unknown) => {
      throw signal.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error;
    });
    const { State } = await engine.ask({ doing: `inspect container ${name}` }, () => container.inspect());
    return { code: State.ExitCode, ...(await outputOfContainer(engine, made.id)) };
  } finally {
    await engine.askIfThere({ doing: `remove container ${name}` }, () => container.remove({ force: true, v: true }));
  }
}

/**
 * Has the runner's own program drop the schema that a killed runner left in a database that is not ours, before the runner's
 * container and the volume go. Returns what became of it, for NodeDestroyed; nothing where the runner had dropped it. A
 * database that does not answer holds up no release: it is told then that the schema is still there, and why.
 */
export async function releaseExternal(engine: Engine, runner: ContainerInfo, timeoutMs: number): Promise<string[]> {
  if (!(await hasMarker(engine, runner))) return [];
  const of = await engine.askIfThere({ doing: 'inspect the runner' }, () =>
    engine.docker.getContainer(runner.Id).inspect(),
  );
  if (of === undefined) return [];
  return namedEffect('schema-release', () => runTask(engine, `${nameOf(runner)}.release`, of, timeoutMs)).then(
    releaseTold,
    (error: unknown) => stillThere((error as Error).message),
  );
}
