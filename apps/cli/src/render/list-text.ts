import type { SuiteLine } from '../domain/board/views.ts';
import { paintState } from './colours.ts';
import { formatDuration, table } from './format.ts';
import type { Paint } from './style.ts';

const STATE = 2;

/** `2026-11-24 10:00:07Z`: in UTC, as in the log, whoever looks from wherever. */
export const utcTime = (time: string): string =>
  new Date(time)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');

export function countsText({ done, failed, cancelled, total }: SuiteLine['counts']): string {
  const parts = [...(failed > 0 ? [`${failed} failed`] : []), ...(cancelled > 0 ? [`${cancelled} cancelled`] : [])];
  return `${done}/${total}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
}

/** Suites as a table: id, name, state, runs, requested, how long. */
export function listText(suites: readonly SuiteLine[], paint: Paint): string {
  const head = ['SUITE', 'NAME', 'STATE', 'RUNS', 'REQUESTED', 'TOOK'];
  const rows = suites.map(({ suiteId, name, state, counts, requestedAt, endedAt, durationMs }) => [
    suiteId,
    name,
    state,
    counts.total === 0 ? '-' : countsText(counts),
    utcTime(requestedAt),
    `${formatDuration(durationMs)}${endedAt === undefined ? ' so far' : ''}`,
  ]);
  const [first = '', ...lines] = table([head, ...rows]);
  const coloured = lines.map((line, index) => {
    const state = rows[index]?.[STATE] ?? '';
    const at = line.indexOf(`  ${state}  `, (rows[index]?.[0] ?? '').length) + 2;
    return line.slice(0, at) + paintState(paint, state) + line.slice(at + state.length);
  });
  return [paint('dim', first), ...coloured].join('\n');
}
