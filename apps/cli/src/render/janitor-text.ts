import type { Leftover } from '@benchbus/events';
import type { JanitorReport } from '../client/ask-janitors.ts';
import { plural } from '../domain/plural.ts';
import { problemLines } from './problem-text.ts';
import type { Paint } from './style.ts';

const COLOUR = { 'would be removed': 'yellow', removed: 'green', left: 'red' } as const;

const whose = ({ runId, node }: Leftover): string =>
  runId === undefined ? 'this installation' : `run ${runId}${node === undefined ? '' : `, node ${node}`}`;

function leftoverLines(leftover: Leftover, paint: Paint): string[] {
  const { what, why, outcome, problem } = leftover;
  const line = `  ${paint(COLOUR[outcome], outcome)}  ${what} of ${whose(leftover)}: ${why}`;
  return problem === undefined ? [line] : [line, ...problemLines(problem, paint).map((text) => `    ${text}`)];
}

/** What the janitors found and did, a line for each thing; then the log's own facts, and the totals. */
export function janitorText({ hosts, log }: JanitorReport, paint: Paint): string {
  const lines: string[] = [];
  for (const { host, leftovers, problem } of hosts) {
    const name = `host ${paint('bold', host.hostname)} (${host.hostId})`;
    if (leftovers === undefined) {
      lines.push(`${name}: ${paint('red', 'did not answer')}`, `  → ${problem?.message ?? ''}`);
      lines.push(`  → its provisioner has to run: benchbus up, or benchbus doctor`);
    } else if (leftovers.length === 0) lines.push(`${name}: clean`);
    else {
      lines.push(`${name}: ${plural(leftovers.length, 'leftover')}`);
      lines.push(...leftovers.flatMap((one) => leftoverLines(one, paint)));
    }
  }
  for (const { runId, since, left } of log.overdue)
    lines.push(
      `${paint('yellow', 'overdue')}  run ${runId}: its release is overdue since ${since}; left: ${left.join(', ')}`,
    );
  for (const { kind, runId, what, why } of log.reservations)
    lines.push(`${paint('yellow', 'reserved')}  ${kind} ${what} for run ${runId}: ${why}`);
  const all = hosts.flatMap(({ leftovers }) => leftovers ?? []);
  const count = (outcome: Leftover['outcome']) => all.filter((one) => one.outcome === outcome).length;
  const silent = hosts.filter(({ leftovers }) => leftovers === undefined).length;
  const totals = [
    plural(all.length, 'leftover'),
    ...(['would be removed', 'removed', 'left'] as const).flatMap((of) =>
      count(of) === 0 ? [] : [`${count(of)} ${of}`],
    ),
    `${plural(hosts.length - silent, 'host')} looked`,
    ...(silent === 0 ? [] : [`${plural(silent, 'host')} did not answer`]),
  ];
  lines.push(hosts.length === 0 ? 'no host is announced: nothing can have been left' : totals.join(', '));
  return lines.join('\n');
}
