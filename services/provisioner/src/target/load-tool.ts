import { BenchbusError } from '@benchbus/events';
import { releasePlace, stroppyRelease, type ReleaseSettings } from '@benchbus/service';
import type { Plan, Problem, StroppyWorkload, Workload } from '@benchbus/suites';

/** The load tool of a plan, and its node. */
export function loadToolOf({ nodes }: Plan): { readonly node: string; readonly workload: Workload } | undefined {
  for (const { name: node, processes } of nodes)
    for (const process of processes) if (process.kind === 'load') return { node, workload: process.workload };
  return undefined;
}

/** Has the release here before anything is made; undefined: it can be had. */
export async function stroppyProblem(
  workload: StroppyWorkload,
  settings: ReleaseSettings,
): Promise<Problem | undefined> {
  try {
    await stroppyRelease(workload, releasePlace(settings));
    return undefined;
  } catch (error) {
    if (error instanceof BenchbusError) return error.problem;
    throw error;
  }
}
