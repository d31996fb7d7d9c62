import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a cgroup's CPU quota did to it, since it was made. */
export interface Throttling {
  /** Periods (of 100 ms) in which it wanted to run. */
  readonly periods: number;
  /** Of these, those in which it had to wait for the next. */
  readonly throttledPeriods: number;
  /** How long it waited, all its cores together. */
  readonly throttledSeconds: number;
}

/** `cpu.stat` of either version: microseconds on 2, nanoseconds on 1. Undefined: it has no quota to speak of. Pure. */
export function parseCpuStat(text: string): Throttling | undefined {
  const of = (name: string): number | undefined => {
    const value = new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  const [periods, throttledPeriods] = [of('nr_periods'), of('nr_throttled')];
  if (periods === undefined || throttledPeriods === undefined) return undefined;
  const micros = of('throttled_usec');
  const throttledSeconds = micros === undefined ? (of('throttled_time') ?? 0) / 1e9 : micros / 1e6;
  return { periods, throttledPeriods, throttledSeconds };
}

/** Where the CPU controller may be: version 1, version 2. */
const CONTROLLERS = ['cpu', ''];

function read(folder: string): Throttling | undefined {
  try {
    return parseCpuStat(readFileSync(join(folder, 'cpu.stat'), 'utf8'));
  } catch {
    // Not there, or hidden: not known.
    return undefined;
  }
}

const folders = (root: string, path: string): string[] => CONTROLLERS.map((controller) => join(root, controller, path));

/** A cgroup by its path. @param root where the hierarchies are mounted */
export const throttlingOf = (root: string, path: string): Throttling | undefined =>
  folders(root, path)
    .map(read)
    .find((found) => found !== undefined);

/** `/proc/self/cgroup` → the path in the CPU controller's hierarchy. Pure. */
export function cpuCgroup(text: string): string | undefined {
  const lines = text.split('\n').map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  const own = lines.find((found) => found?.[1]?.split(',').includes('cpu')) ?? lines.find((found) => found?.[1] === '');
  return own?.[2];
}

/** This process's: whichever of its cgroup and those above it made it wait longest. Undefined: none has a quota. */
export function ownThrottling(root = '/sys/fs/cgroup', self = '/proc/self/cgroup'): Throttling | undefined {
  let path: string | undefined;
  try {
    path = cpuCgroup(readFileSync(self, 'utf8'));
  } catch {
    return undefined;
  }
  let worst: Throttling | undefined;
  // In a container the path may be of the machine's tree, and its mount the container's own: then the root is it.
  for (let at = path ?? '/'; ; at = dirname(at)) {
    const found = throttlingOf(root, at);
    if (found !== undefined && found.periods > 0 && found.throttledSeconds >= (worst?.throttledSeconds ?? 0))
      worst = found;
    if (at === '/' || at === '.') return worst;
  }
}

/** Between two looks: the share of the periods in which it had to wait; undefined: it had no quota, or did not run. */
export function throttledShare(before: Throttling | undefined, after: Throttling | undefined): number | undefined {
  if (before === undefined || after === undefined) return undefined;
  const periods = after.periods - before.periods;
  return periods <= 0 ? undefined : Math.max(0, after.throttledPeriods - before.throttledPeriods) / periods;
}
