import { groupMembers, nameOf } from '@benchbus/processes';

const isTool = (pid: number): boolean => nameOf(pid) === 'pgbench';

/** Whether the load tool itself runs within a step's group. */
export const toolRuns = (group: number): boolean => groupMembers(group).some(({ pid }) => isTool(pid));

/** Pid of the load tool itself within a step's group. */
export function toolIn(group: number): number {
  const tool = groupMembers(group).find(({ pid }) => isTool(pid));
  if (tool === undefined) throw new Error(`no pgbench in process group ${group}`);
  return tool.pid;
}
