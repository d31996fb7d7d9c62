import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { ReleaseSettings } from '@benchbus/service';
import type { CommandWorkload, Plan, Problem } from '@benchbus/suites';
import { programMissing } from '../domain/problems.ts';
import { loadToolOf, stroppyProblem } from '../target/load-tool.ts';

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

/**
 * What keeps a load tool from running that no list of programs tells: the suite's own program, a release to be had (the runner
 * finds it in the cache).
 */
export async function loadToolProblem(plan: Plan, stroppy: ReleaseSettings): Promise<Problem | undefined> {
  const { node, workload } = loadToolOf(plan) ?? {};
  if (node === undefined || workload === undefined) return undefined;
  if (workload.tool === 'command') return ofCommand(node, workload);
  return workload.tool === 'stroppy' ? stroppyProblem(workload, stroppy) : undefined;
}
