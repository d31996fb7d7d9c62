import type { SuiteLine } from '../domain/board/views.ts';
import { paintState } from './colours.ts';
import { formatDuration, table } from './format.ts';
import type { Paint } from './style.ts';

const STATE = 2;

/** `2026-11-24 10:00:07`, in the time zone of whoever looks. */
export function localTime(time: string): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function countsText({ done, failed, total }: SuiteLine['counts']): string {
  return `${done}/${total}${failed > 0 ? ` (${failed} failed)` : ''}`;
}

/** Suites as a table: id, name, state, runs, requested, how long. */
export function listText(suites: readonly SuiteLine[], paint: Paint): string {
  const head = ['SUITE', 'NAME', 'STATE', 'RUNS', 'REQUESTED', 'TOOK'];
  const rows = suites.map(({ suiteId, name, state, counts, requestedAt, endedAt, durationMs }) => [
    suiteId,
    name,
    state,
    counts.total === 0 ? '-' : countsText(counts),
    localTime(requestedAt),
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
