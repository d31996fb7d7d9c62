import { readFileSync } from 'node:fs';
import type { DatabaseSample } from './database-sample.ts';
import { ownThrottling, type Throttling, type Throttlings } from './throttling.ts';
import { parseAvailableMemory, parseDisks, parseHostCpu, type HostCpu } from './proc.ts';

/** Everything that is looked at once a second, as it is counted since some start. */
export interface Sample {
  /** ms since the epoch. */
  readonly at: number;
  readonly cpu: HostCpu | undefined;
  readonly memoryAvailableBytes: number | undefined;
  readonly disks: { readonly read: number; readonly written: number } | undefined;
  /** CPU seconds of the load tool. */
  readonly toolCpu: number | undefined;
  /** CPU seconds of the runner, the cost of looking included. */
  readonly runnerCpu: number;
  readonly database: DatabaseSample | undefined;
  /** Of the load node's limits; undefined: none that can be seen. */
  readonly loadThrottling?: Throttling | undefined;
  /** Of whatever the runner itself is in. */
  readonly runnerThrottling?: Throttlings | undefined;
}

function read<T>(path: string, parse: (text: string) => T): T | undefined {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch {
    // Another system than Linux, or one that hides it: not known.
    return undefined;
  }
}

const runnerCpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Three small files of /proc: of the machine, whose kernel shows them in a container, too. */
export const hostSample = (): Pick<
  Sample,
  'cpu' | 'memoryAvailableBytes' | 'disks' | 'runnerCpu' | 'runnerThrottling'
> => ({
  cpu: read('/proc/stat', parseHostCpu),
  memoryAvailableBytes: read('/proc/meminfo', parseAvailableMemory),
  disks: read('/proc/diskstats', parseDisks),
  runnerCpu: runnerCpu(),
  runnerThrottling: ownThrottling(),
});
