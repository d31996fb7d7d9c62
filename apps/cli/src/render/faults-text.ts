import type { FaultResult, WorkloadSummary } from '@benchbus/events';
import { formatCount, formatDuration } from './format.ts';

/** What did not come about before the measurement ended is said to be that. */
const ms = (value: number | undefined): string => (value === undefined ? 'not before the end' : formatDuration(value));

function rowsOf(fault: FaultResult): [string, string][] {
  const { newLeader, timeToNewLeaderMs, acknowledgedCommits, acknowledgedCommitsLost } = fault;
  const leader =
    newLeader === undefined ? [] : [['  new leader', `${newLeader} after ${ms(timeToNewLeaderMs)}`] as const];
  return [
    [`fault ${fault.index + 1}`, `${fault.kind} ${fault.node} at ${fault.at}`],
    ...leader.map(([name, value]): [string, string] => [name, value]),
    ['  first commit after it', ms(fault.timeToFirstCommitMs)],
    ['  longest time without one', ms(fault.longestGapMs)],
    [
      '  acknowledged commits',
      `${formatCount(acknowledgedCommits)}, of which lost: ${formatCount(acknowledgedCommitsLost)}`,
    ],
    ['  90 % of its throughput', `${ms(fault.recoveryMs)} (before: ${formatCount(fault.throughputBeforeTps)} tps)`],
  ];
}

/** What a test's faults cost: rows of the result's table; none where none were planned. */
export function faultRows({ faults = [], toolStarts, connectionsLost }: WorkloadSummary): [string, string][] {
  if (faults.length === 0) return [];
  const tool: [string, string][] =
    toolStarts === undefined
      ? []
      : [
          [
            'load tool',
            `started ${formatCount(toolStarts)} ×` +
              (connectionsLost === undefined ? '' : `, connections lost: ${formatCount(connectionsLost)}`),
          ],
        ];
  return [...tool, ...faults.flatMap(rowsOf)];
}
