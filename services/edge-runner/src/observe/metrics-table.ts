import type { DatabaseSample } from './database-sample.ts';
import type { HostCpu } from './proc.ts';
import type { Sample } from './sample.ts';
import { throttledShare, worstOf, type Throttling, type Throttlings } from './throttling.ts';

type Column = readonly [name: string, of: (before: Sample, now: Sample) => number | undefined];

/** Per second, between two samples; undefined where one is missing, or a counter began anew. */
function rate(before: Sample, now: Sample, of: (sample: Sample) => number | undefined): number | undefined {
  return rateOf([of(before), of(now)], before, now);
}

function rateOf(
  [from, to]: readonly [number | undefined, number | undefined],
  before: Sample,
  now: Sample,
): number | undefined {
  const seconds = (now.at - before.at) / 1000;
  return from === undefined || to === undefined || to < from || seconds <= 0 ? undefined : (to - from) / seconds;
}

const perSecond = (name: string, of: (sample: Sample) => number | undefined): Column => [
  name,
  (before, now) => rate(before, now, of),
];
const cpu = (name: string, part: keyof HostCpu) => perSecond(name, ({ cpu: of }) => of?.[part]);
/** Another server's counters are others. */
const counter = (name: string, part: Exclude<keyof DatabaseSample, 'server'>): Column => [
  name,
  (before, now) =>
    before.database?.server === now.database?.server
      ? rate(before, now, ({ database }) => database?.[part])
      : undefined,
];
const throttled = (name: string, of: (sample: Sample) => Throttlings | undefined): Column[] => [
  [`${name}ThrottledShare`, (before, now) => worstOf(of(before), of(now), throttledShare)],
  [
    `${name}ThrottledCores`,
    (before, now) =>
      worstOf(of(before), of(now), (was, is) => rateOf([was.throttledSeconds, is.throttledSeconds], before, now)),
  ],
];
const alone = (of: Throttling | undefined): Throttlings | undefined => of && { '': of };

/** The table's columns after the time; units in the names, `PerS`: in the second before. */
const COLUMNS: readonly Column[] = [
  cpu('hostCpuBusyCores', 'busy'),
  cpu('hostCpuIowaitCores', 'iowait'),
  cpu('hostCpuStealCores', 'steal'),
  ['hostMemoryAvailableBytes', (_, { memoryAvailableBytes }) => memoryAvailableBytes],
  perSecond('hostDiskReadBytesPerS', ({ disks }) => disks?.read),
  perSecond('hostDiskWrittenBytesPerS', ({ disks }) => disks?.written),
  perSecond('loadToolCpuCores', ({ toolCpu }) => toolCpu),
  perSecond('runnerCpuCores', ({ runnerCpu }) => runnerCpu),
  counter('dbCommitsPerS', 'commits'),
  counter('dbRollbacksPerS', 'rollbacks'),
  counter('dbBlocksReadPerS', 'blocksRead'),
  counter('dbBlocksHitPerS', 'blocksHit'),
  counter('dbTempBytesPerS', 'tempBytes'),
  counter('dbDeadlocksPerS', 'deadlocks'),
  counter('dbWalBytesPerS', 'walBytes'),
  ['dbActiveSessions', (_, { database }) => database?.activeSessions],
  ['dbSessionsWaitingForLocks', (_, { database }) => database?.waitingForLocks],
  ...throttled('loadNode', ({ loadThrottling }) => alone(loadThrottling)),
  ...throttled('runner', ({ runnerThrottling }) => runnerThrottling),
];

export const HEADER = ['timeMs', ...COLUMNS.map(([name]) => name)].join(',');

/** At most four significant decimals: nobody reads more, and the file is kept for months. */
const cell = (value: number | undefined): string => (value === undefined ? '' : String(Math.round(value * 1e4) / 1e4));

export const rowOf = (before: Sample, now: Sample): string =>
  [String(now.at), ...COLUMNS.map(([, of]) => cell(of(before, now)))].join(',');
