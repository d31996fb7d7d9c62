import { rmSync } from 'node:fs';
import { endProcesses, findByEnvironment, isAlive, STACK_LABEL } from '@benchbus/processes';
import { readStackFile, removeStackFile } from './stack-file.ts';

const GRACE_MS = 5_000;

/**
 * Ends what an earlier stack of this folder left when it was killed: processes known by pid and start time or by their
 * label, and its temporary folders. The caller holds the folder's lock. Returns how many processes it ended.
 */
export async function reclaimLeftovers(root: string, installation: string): Promise<number> {
  const earlier = readStackFile(root);
  const known = earlier?.children.filter(isAlive) ?? [];
  const labelled = findByEnvironment({ [STACK_LABEL]: installation });
  const all = [...new Map([...known, ...labelled].map(({ pid, startTime }) => [pid, { pid, startTime }])).values()];
  await endProcesses(all, GRACE_MS);
  for (const folder of earlier?.tempDirs ?? []) rmSync(folder, { recursive: true, force: true });
  removeStackFile(root);
  return all.length;
}
