import type { ReleaseSettings } from '@benchbus/service';
import type { Plan, Problem } from '@benchbus/suites';
import { programNotInImage } from '../domain/problems.ts';
import { loadToolOf, stroppyProblem } from '../target/load-tool.ts';

export interface ToolPlace {
  readonly runnerImage: string;
  readonly stroppy: ReleaseSettings;
  /** Whether the runner's image has a program, which a look of half a second tells. */
  readonly has: (node: string, program: string) => Promise<boolean>;
}

/** What keeps the plan's load tool from running in the runner's image, which has pgbench for sure. */
export async function loadToolProblem(plan: Plan, place: ToolPlace): Promise<Problem | undefined> {
  const { node, workload } = loadToolOf(plan) ?? {};
  if (node === undefined || workload === undefined || workload.tool === 'pgbench') return undefined;
  if (workload.tool === 'stroppy') return stroppyProblem(workload, place.stroppy);
  const program = workload.tool === 'command' ? (workload.command[0] ?? '') : workload.tool;
  return (await place.has(node, program)) ? undefined : programNotInImage(node, program, place.runnerImage);
}
