import { isAbsolute, join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { launchOf, placeholdersOf, type PlannedProcess } from '@benchbus/suites';
import { PEERS_DIR, type Pod } from './pod.ts';

/** Other nodes whose configuration folders the process's files name. */
export function peersOf(planned: PlannedProcess, own: string): string[] {
  const files = launchOf(planned)?.files ?? [];
  const named = files.flatMap(({ content }) =>
    placeholdersOf(content).flatMap((placeholder) => (placeholder.kind === 'config-of' ? placeholder.node : [])),
  );
  return [...new Set(named)].filter((node) => node !== own);
}

/** Whether the process writes into other processes' configuration folders, on its own node or on others. */
export const namesOthers = (planned: PlannedProcess): boolean =>
  (launchOf(planned)?.files ?? []).some(({ content }) =>
    placeholdersOf(content).some(({ kind }) => kind === 'config-of'),
  );

/**
 * Where the engine keeps another node's volume. Bound by its path and not by its name, the volume is no container's but its own
 * node's, and each node can be destroyed without the others.
 * @throws BenchbusError NODE_VOLUME_MISSING
 */
async function folderOf({ engine, node: own, volumeOf }: Pod, node: string): Promise<string> {
  const name = volumeOf(node);
  if (isAbsolute(name)) return name;
  const doing = { doing: `inspect volume ${name}`, node: own };
  const volume = await engine.askIfThere(doing, () => engine.docker.getVolume(name).inspect());
  if (volume !== undefined) return volume.Mountpoint;
  throw new BenchbusError({
    code: 'NODE_VOLUME_MISSING',
    message: `node ${node} has no volume ${name}`,
    where: own,
    hint: 'the node was destroyed, or lies on another Docker engine: all nodes of a run have to be on one',
  });
}

/** Binds for a process that has business with the folders of other nodes. */
export const bindsOf = (pod: Pod, nodes: readonly string[]): Promise<string[]> =>
  Promise.all(nodes.map(async (node) => `${await folderOf(pod, node)}:${join(PEERS_DIR, node)}`));
