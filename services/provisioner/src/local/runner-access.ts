import { join } from 'node:path';
import type { RunnerCode } from '../enrolment/runner-code.ts';
import type { NodeLabel } from './node-folder.ts';

/** What a runner was given, its key among it: in the node's folder, mode 0600. */
const STATE = 'enrolment.json';

/** Variables by which a runner of this machine enrols: none where the server knows no accounts. The code is used up at once. */
export async function runnerAccess(
  code: RunnerCode,
  { run: runId, node, fence }: Pick<NodeLabel, 'run' | 'node' | 'fence'>,
  dir: string,
): Promise<Record<string, string>> {
  const text = await code({ runId, node, fence });
  if (text === undefined) return {};
  const state = join(dir, STATE);
  // One that was restarted goes on with what it has; should its file say nothing yet, it needs a code again.
  return { BENCHBUS_ENROLMENT_CODE: text, BENCHBUS_ENROLMENT_STATE: state };
}
