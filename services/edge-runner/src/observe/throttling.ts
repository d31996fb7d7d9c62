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

/** Of several cgroups, by their paths: which of them made it wait, two looks tell, and none alone. */
export type Throttlings = Readonly<Record<string, Throttling>>;

/** This process's: of its cgroup and those above it. Undefined: none has a quota. */
export function ownThrottling(root = '/sys/fs/cgroup', self = '/proc/self/cgroup'): Throttlings | undefined {
  let path: string | undefined;
  try {
    path = cpuCgroup(readFileSync(self, 'utf8'));
  } catch {
    return undefined;
  }
  const all: Record<string, Throttling> = {};
  // In a container the path may be of the machine's tree, and its mount the container's own: then the root is it.
  for (let at = path ?? '/'; ; at = dirname(at)) {
    const found = throttlingOf(root, at);
    if (found !== undefined) all[at] = found;
    if (at === '/' || at === '.') return Object.keys(all).length === 0 ? undefined : all;
  }
}

/** Between two looks: the share of the periods in which it had to wait; undefined: it had no quota, or did not run. */
export function throttledShare(before: Throttling | undefined, after: Throttling | undefined): number | undefined {
  if (before === undefined || after === undefined) return undefined;
  const periods = after.periods - before.periods;
  return periods <= 0 ? undefined : Math.max(0, after.throttledPeriods - before.throttledPeriods) / periods;
}

/** The largest of what `of` says of each cgroup that is in both looks; undefined: it says nothing of any. */
export function worstOf(
  before: Throttlings | undefined,
  after: Throttlings | undefined,
  of: (before: Throttling, after: Throttling) => number | undefined,
): number | undefined {
  const all = Object.entries(after ?? {}).flatMap(([path, now]) => {
    const was = before?.[path];
    return was === undefined ? [] : (of(was, now) ?? []);
  });
  return all.length === 0 ? undefined : Math.max(...all);
}
