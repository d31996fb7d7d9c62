import { allPids, cpuSecondsOf, environmentOf, statOf } from '@benchbus/processes';

/** A process of a run, and the CPU time it has used, that of children that ended and were waited for included. */
export interface RunProcess {
  readonly pid: number;
  /** With it, the same process. */
  readonly startTime: string;
  readonly parent: number;
  readonly run: string;
  readonly cpuSeconds: number;
}

interface Found extends Omit<RunProcess, 'run'> {
  readonly run: string | undefined;
}

/**
 * Every process of this machine that carries a run's label, or descends from one that does: PostgreSQL's children overwrite their
 * environment. Some milliseconds, so before and after a measurement, not during it.
 */
export function runProcesses(): RunProcess[] {
  const all = new Map<number, Found>();
  for (const pid of allPids()) {
    const stat = statOf(pid);
    if (stat === undefined) continue;
    const { startTime, parent } = stat;
    const run = environmentOf(pid)?.get('BENCHBUS_RUN');
    all.set(pid, { pid, startTime, parent, run, cpuSeconds: cpuSecondsOf(pid) });
  }
  const runOf = (found: Found | undefined): string | undefined =>
    found === undefined ? undefined : (found.run ?? runOf(all.get(found.parent)));
  return [...all.values()].flatMap((found) => {
    const run = runOf(found);
    return run === undefined ? [] : [{ ...found, run }];
  });
}
