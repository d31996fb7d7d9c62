import { readdir, readFile } from 'node:fs/promises';

interface Process {
  readonly pid: number;
  readonly group: number;
  readonly state: string;
  readonly comm: string;
}

async function processOf(pid: string): Promise<Process | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // proc(5): pid (comm) state ppid pgrp …; comm may contain anything.
  const [, comm = '', rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(stat ?? '') ?? [];
  const [state = 'X', , group] = rest.split(' ');
  return stat === undefined ? undefined : { pid: Number(pid), group: Number(group), state, comm };
}

/** Living processes (no zombies) of a process group. */
export async function groupMembers(group: number): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(pids.map(processOf));
  return all.flatMap((one) => (one?.group === group && one.state !== 'Z' ? [one] : []));
}

/** Pid of the load tool itself within a step's group. */
export async function toolIn(group: number): Promise<number> {
  const tool = (await groupMembers(group)).find(({ comm }) => comm === 'pgbench');
  if (tool === undefined) throw new Error(`no pgbench in process group ${group}`);
  return tool.pid;
}
