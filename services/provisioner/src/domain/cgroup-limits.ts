import type { PlannedNode } from '@benchbus/suites';

/** A value for a file of a cgroup. `controller` is a folder on version 1 and nothing on version 2. */
export interface CgroupWrite {
  readonly controller: string;
  readonly file: string;
  readonly value: string;
  /** A kernel without swap accounting lacks the file. */
  readonly optional?: true;
}

const PERIOD_US = 100_000;

/** What limits all processes of a node together: cores as CPU time per 100 ms, memory, and no swap beyond it. */
export function limitWrites(version: 1 | 2, { cores, memoryBytes }: PlannedNode['hardware']): CgroupWrite[] {
  const quota = Math.round(cores * PERIOD_US);
  if (version === 2)
    return [
      { controller: '', file: 'cpu.max', value: `${quota} ${PERIOD_US}` },
      { controller: '', file: 'memory.max', value: String(memoryBytes) },
      { controller: '', file: 'memory.swap.max', value: '0', optional: true },
    ];
  return [
    { controller: 'cpu', file: 'cpu.cfs_period_us', value: String(PERIOD_US) },
    { controller: 'cpu', file: 'cpu.cfs_quota_us', value: String(quota) },
    { controller: 'memory', file: 'memory.limit_in_bytes', value: String(memoryBytes) },
    { controller: 'memory', file: 'memory.memsw.limit_in_bytes', value: String(memoryBytes), optional: true },
  ];
}
