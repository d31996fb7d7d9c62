import type { DeadLetterSummary, Progress } from '@benchbus/events';
import type { HeldView, HostView, Overview, PoolView, RunView, SuiteLine, SuiteView } from '../domain/board/views.ts';
import { plural } from '../domain/plural.ts';
import { paintState } from './colours.ts';
import { formatBytes, formatDuration, table } from './format.ts';
import { countsText, utcTime } from './list-text.ts';
import { problemLines } from './problem-text.ts';
import type { Paint } from './style.ts';
import { terminalSafe } from './terminal-safe.ts';

/** Beside the log: what telemetry says of each run, the time, and the colours. */
export interface StatusExtras {
  readonly progress: ReadonlyMap<string, Progress>;
  readonly now: number;
  readonly paint: Paint;
}

export function progressText({ activity, tps, latencyAverageMs, done }: Progress): string {
  const parts = [terminalSafe(activity)];
  if (tps !== undefined) parts.push(`${tps.toFixed(0)} tps`);
  if (latencyAverageMs !== undefined) parts.push(`${latencyAverageMs.toFixed(2)} ms`);
  if (done !== undefined) parts.push(`${Math.round(100 * done)} %`);
  return parts.join('  ');
}

const indent = (lines: readonly string[], by = 2): string[] => lines.map((line) => `${' '.repeat(by)}${line}`);
const ago = (time: string, now: number): string => formatDuration(Math.max(0, now - Date.parse(time)));

const PHASE_WIDTH = 9;

function headOf(
  { runId, test, repeat, phase, attempt, since, outcome, until, tps }: RunView,
  extras: StatusExtras,
): string {
  const { paint, now } = extras;
  const shown = phase === 'released' && outcome ? outcome : phase;
  const name = `${test}${repeat > 1 ? `, repeat ${repeat}` : ''}`;
  const parts = [runId, name, paintState(paint, shown, PHASE_WIDTH)];
  if (shown !== phase) parts.push(tps === undefined ? '' : `${tps.toFixed(1)} tps`);
  else parts.push(`for ${ago(since, now)}`);
  if (attempt > 1 && outcome === undefined) parts.push(`attempt ${attempt}`);
  if (outcome !== undefined && shown === phase) parts.push(outcome);
  if (phase === 'kept' && until !== undefined) parts.push(`until ${utcTime(until)}; benchbus release ${runId} ends it`);
  return parts.filter((part) => part !== '').join('  ');
}

function briefLines(run: RunView, extras: StatusExtras): string[] {
  const lines = [headOf(run, extras)];
  if (run.waiting) lines.push(`  ${extras.paint('yellow', 'waits:')} ${run.waiting.reason}`);
  const progress = extras.progress.get(run.runId);
  if (progress !== undefined && run.outcome === undefined) lines.push(`  ${progressText(progress)}`);
  if (run.overdue.length > 0) lines.push(`  not released in time: ${run.overdue.join(', ')}`);
  return lines;
}

export function suiteHead(suite: SuiteLine, { paint }: StatusExtras): string {
  const { suiteId, name, state, counts, requestedAt, endedAt, durationMs } = suite;
  const took = `${formatDuration(durationMs)}${endedAt === undefined ? ' so far' : ''}`;
  return `${paint('bold', suiteId)}  ${name}  ${paintState(paint, state)}  runs ${countsText(counts)}  since ${utcTime(requestedAt)}, ${took}`;
}

function hostLines(
  { hostname, hostId, present, away, targets, cores, memoryBytes, runs }: HostView,
  { paint }: StatusExtras,
): string[] {
  const use = `${cores.used} of ${cores.total} cores, ${formatBytes(memoryBytes.used)} of ${formatBytes(memoryBytes.total)} in use`;
  const head = `${paint('bold', hostname)} (${hostId})  ${present ? targets.join(', ') : paint('yellow', 'has left')}${away ? paint('yellow', ', away: no sign of life') : ''}  ${runs.length === 0 ? 'free, ' : ''}${use}`;
  const rows = runs.map((grant) => [
    grant.runId,
    plural(grant.cores, 'core'),
    formatBytes(grant.memoryBytes),
    grant.sharing === 'exclusive' ? 'exclusively' : 'shared',
    `until ${utcTime(grant.until)} at the latest`,
  ]);
  return [head, ...indent(table(rows))];
}

function poolLine({ cidr, blockPrefix, scope, blocks, used, occupied, quarantined, quarantinedUntil, free }: PoolView) {
  const rest = quarantinedUntil === undefined ? '' : `, the first until ${utcTime(quarantinedUntil)}`;
  return [
    `${cidr} of ${scope}`,
    `${used} of ${blocks} blocks /${blockPrefix} used`,
    `${occupied} by others`,
    `${quarantined} in quarantine${rest}`,
    `${free} free`,
  ];
}

/** In the order of service. */
const queueLines = (queue: readonly RunView[], { now }: StatusExtras): string[] =>
  table(queue.map(({ runId, suiteId, since }, place) => [`${place + 1}.`, runId, suiteId, `for ${ago(since, now)}`]));

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, ...indent(lines), ''];

/** What nobody could handle: what it was about, and why not. */
export interface DeadLetters {
  /** Undefined: these credentials may not look. */
  readonly deadLetters: number | undefined;
  /** The newest first. */
  readonly newestDeadLetters: readonly DeadLetterSummary[];
}

function deadLetterLines({ deadLetters, newestDeadLetters }: DeadLetters, { paint }: StatusExtras): string[] {
  if (deadLetters === undefined) return ['dead letters: the operator sees them'];
  if (deadLetters === 0) return ['no dead letters'];
  const shown = newestDeadLetters.length < deadLetters ? `, the newest ${newestDeadLetters.length}` : '';
  const rows = newestDeadLetters.map(({ id, time, subject, sequence, code, message }) => [
    id,
    utcTime(time),
    `${subject} #${sequence}`,
    `${terminalSafe(message)} [${code}]`,
  ]);
  return [paint('yellow', `${plural(deadLetters, 'dead letter')}${shown}`), ...indent(table(rows))];
}

export function overviewText(view: Overview & DeadLetters, extras: StatusExtras): string {
  const suites = view.suites.flatMap((suite) => [
    suiteHead(suite, extras),
    ...indent(suite.runs.flatMap((run) => briefLines(run, extras))),
  ]);
  const openIds = new Set(view.suites.map(({ suiteId }) => suiteId));
  const elsewhere = [...view.kept, ...view.overdue].filter(({ suiteId }) => !openIds.has(suiteId));
  const blocks = table(
    view.blocks.map(({ cidr, runId, until }) => [cidr, runId, `until ${utcTime(until)} at the latest`]),
  );
  return [
    ...section('open suites', suites.length > 0 ? suites : ['none; `benchbus list` shows those that are over']),
    ...section(
      'hosts',
      view.hosts.length > 0
        ? view.hosts.flatMap((host) => hostLines(host, extras))
        : ['none: no provisioner has announced its host'],
    ),
    ...section('queue for hosts and blocks', queueLines(view.queue, extras)),
    ...section('address pools', table(view.pools.map(poolLine))),
    ...section('address blocks leased', blocks),
    ...section(
      'kept, or not released in time',
      elsewhere.flatMap((run) => briefLines(run, extras)),
    ),
    ...deadLetterLines(view, extras),
  ].join('\n');
}

function heldLines(holds: HeldView): string[] {
  const rows: string[][] = [];
  const { hostname, grant, blocks, nodes } = holds;
  if (hostname !== undefined && grant !== undefined) {
    const share = `${plural(grant.cores, 'core')}, ${formatBytes(grant.memoryBytes)}`;
    rows.push(['host', hostname, `${share}, ${grant.sharing === 'exclusive' ? 'exclusively' : 'shared'}`]);
  }
  for (const { cidr, until } of blocks) rows.push(['block', cidr, `until ${utcTime(until)} at the latest`]);
  for (const { name, address } of nodes) rows.push(['node', name, address]);
  return table(rows);
}

export function runText(run: RunView, extras: StatusExtras): string {
  const lines = briefLines(run, extras);
  const { problem, holds, until, phase, since } = run;
  lines.push(
    `  since ${utcTime(since)}${until === undefined || phase === 'kept' ? '' : `, until ${utcTime(until)} at the latest`}`,
  );
  if (problem) lines.push(...indent(problemLines(problem, extras.paint)));
  if (holds) lines.push('  holds', ...indent(heldLines(holds), 4));
  return lines.join('\n');
}

export function suiteText(suite: SuiteView, extras: StatusExtras): string {
  const lines = [suiteHead(suite, extras), ...suite.problems.flatMap((found) => problemLines(found, extras.paint))];
  for (const run of suite.runs) lines.push(...indent(runText(run, extras).split('\n')));
  return lines.join('\n');
}
