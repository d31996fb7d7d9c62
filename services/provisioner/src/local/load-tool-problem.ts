import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { releasePlace, stroppyRelease, type ReleaseSettings } from '@benchbus/service';
import type { CommandWorkload, Plan, Problem, StroppyWorkload } from '@benchbus/suites';
import { programMissing } from '../domain/problems.ts';

/** Where daemons are: as the edge runner looks. */
const DAEMONS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

const runs = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

async function ofCommand(node: string, { command: [program = ''] }: CommandWorkload): Promise<Problem | undefined> {
  const dirs = [...(process.env['PATH'] ?? '').split(delimiter), ...DAEMONS];
  const files = program.includes('/') ? [program] : dirs.map((dir) => join(dir, program));
  for (const file of files) if (await runs(file)) return undefined;
  return programMissing(node, program, '', 'install it, or name it by its whole path');
}

/** Has the release here before anything is made: the runner finds it in the cache. */
async function ofStroppy(workload: StroppyWorkload, settings: ReleaseSettings): Promise<Problem | undefined> {
  try {
    await stroppyRelease(workload, releasePlace(settings));
    return undefined;
  } catch (error) {
    if (error instanceof BenchbusError) return error.problem;
    throw error;
  }
}

/** What keeps a load tool from running that no list of programs tells: the suite's own program, a release to be had. */
export async function loadToolProblem(plan: Plan, stroppy: ReleaseSettings): Promise<Problem | undefined> {
  for (const { name, processes } of plan.nodes)
    for (const process of processes) {
      if (process.kind !== 'load') continue;
      const { workload } = process;
      if (workload.tool === 'command') return ofCommand(name, workload);
      if (workload.tool === 'stroppy') return ofStroppy(workload, stroppy);
    }
  return undefined;
}
