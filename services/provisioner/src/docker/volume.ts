import { LABEL, fenceText, labelFilter, labelsFor, nameTaken } from '@benchbus/docker';
import type { Engine, Owner } from '@benchbus/docker';
import type { VolumeInspectInfo } from 'dockerode';
import { BenchbusError } from '@benchbus/events';
import { namedEffect } from '@benchbus/service';

export const volumesOf = async (
  engine: Engine,
  installation: string,
  runId?: string,
  node?: string,
): Promise<VolumeInspectInfo[]> => {
  const found = await engine.ask({ doing: 'list the volumes' }, () =>
    engine.docker.listVolumes({ filters: labelFilter(installation, runId, node) }),
  );
  return found.Volumes ?? [];
};

/** The node's volume. The engine answers with an existing one of that name, whosever it is. @throws BenchbusError CONTAINER_NAME_TAKEN */
export async function createVolume(engine: Engine, owner: Owner, name: string, node: string): Promise<void> {
  await namedEffect('volume-create', () =>
    engine.ask({ doing: `create volume ${name}`, node }, () =>
      engine.docker.createVolume({ Name: name, Labels: labelsFor(owner, node) }),
    ),
  );
  const { Labels: labels = {} } = await engine.ask({ doing: `inspect volume ${name}`, node }, () =>
    engine.docker.getVolume(name).inspect(),
  );
  if (labels?.[LABEL.installation] === owner.installation && labels[LABEL.fence] === fenceText(owner.fence)) return;
  throw new BenchbusError(nameTaken(`volume ${name}`, { node }));
}

/** One that a container still uses is left, and listed as left. */
export async function removeVolumes(engine: Engine, volumes: readonly VolumeInspectInfo[]): Promise<void> {
  for (const { Name } of volumes)
    await namedEffect('volume-remove', () =>
      engine.askIfThere({ doing: `remove volume ${Name}` }, async () => {
        try {
          await engine.docker.getVolume(Name).remove();
        } catch (error) {
          if ((error as { statusCode?: number }).statusCode !== 409) throw error;
        }
      }),
    );
}
