import { endProcesses } from '@benchbus/processes';
import { namedEffect } from '@benchbus/service';
import { nodeProcesses } from './node-processes.ts';
import type { Whose } from './node-processes.ts';
import { removeRunFolder } from './run-folder.ts';

/** What belongs to the run but to no node of it: processes labelled with the run only, and its folder. */
export async function destroyRun(whose: Whose, runId: string, graceMs: number): Promise<void> {
  const stray = nodeProcesses(whose, runId).filter(({ node }) => node === undefined);
  if (stray.length > 0) await namedEffect('stray-kill', () => endProcesses(stray, graceMs, graceMs));
  await namedEffect('run-folder-remove', () => removeRunFolder(whose.localDir, whose.installation, runId));
}
