import type { WorldItem } from '../target/target.ts';
import { nodeDir, nodeFolders, readLabel } from './node-folder.ts';
import { nodeMemory } from './node-memory.ts';
import { nodeProcesses } from './node-processes.ts';
import type { Whose } from './node-processes.ts';
import { runFolders, trashFolders } from './run-folder.ts';

/** Everything real of this installation (or one of its runs), looked up anew: folders, processes, shared memory. */
export function listWorld(whose: Whose, runId?: string): WorldItem[] {
  const { localDir, installation } = whose;
  const wanted = (run: string) => runId === undefined || run === runId;
  const items: WorldItem[] = [];
  const nodes = nodeFolders(localDir, installation, runId);
  const incarnationOf = (run: string, node: string) => readLabel(nodeDir(localDir, run, node))?.fence.incarnation;

  for (const process of nodeProcesses(whose, runId)) {
    const { runId: run, node, pid, command } = process;
    const incarnation = process.incarnation ?? (node === undefined ? undefined : incarnationOf(run, node));
    items.push({ kind: 'process', runId: run, node, incarnation, what: `process ${pid} (${command})` });
  }
  for (const { runId: run, node, dir } of nodes) {
    const incarnation = incarnationOf(run, node);
    const { files, segments } = nodeMemory(dir, []);
    for (const what of [
      ...files.map((name) => `/dev/shm/${name}`),
      ...segments.map(({ id }) => `System V segment ${id}`),
    ])
      items.push({ kind: 'shared memory', runId: run, node, incarnation, what });
    items.push({ kind: 'folder', runId: run, node, incarnation, what: `folder ${dir}` });
  }
  for (const run of runFolders(localDir, installation).filter(wanted))
    items.push({
      kind: 'folder',
      runId: run,
      node: undefined,
      incarnation: undefined,
      what: `folder ${localDir}/${run}`,
    });
  for (const { path, runId: run } of trashFolders(localDir, installation).filter((trash) => wanted(trash.runId)))
    items.push({ kind: 'folder', runId: run, node: undefined, incarnation: undefined, what: `folder ${path}` });
  return items;
}
