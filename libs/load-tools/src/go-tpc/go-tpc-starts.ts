import type { Measured } from '@benchbus/results';
import { mergedLatencies, mergeStarts, type Part } from '../faults/merge-starts.ts';
import { parseStarts, type Start } from '../faults/starts.ts';
import { incomplete } from '../incomplete.ts';
import { datedIntervals } from './dated-intervals.ts';
import { HEADLINE, pointOf, typesOf } from './measured-by-go-tpc.ts';
import { parseGoTpc, type GoTpcLine } from './parse-output.ts';

/** Of a start that ended without its summary: its seconds, put together. */
function ofIntervals(intervals: readonly (readonly GoTpcLine[])[]): Part['types'] {
  const seconds = intervals.flatMap((lines) => typesOf(lines, 1));
  return [...new Set(seconds.map(({ name }) => name))].map((name) => {
    const own = seconds.filter((type) => type.name === name);
    const sum = (of: (type: (typeof own)[number]) => number) => own.reduce((all, type) => all + of(type), 0);
    return {
      ...{ name, transactions: sum((type) => type.transactions) },
      failedTransactions: sum((type) => type.failedTransactions),
      ...mergedLatencies(own),
    };
  });
}

function partOf({ fromMs, output }: Start): Part {
  const { summary } = parseGoTpc(output);
  const intervals = datedIntervals(output, fromMs);
  const types = summary.length > 0 ? typesOf(summary, 1) : ofIntervals(intervals.map(({ lines }) => lines));
  return { fromMs, types, points: intervals.map(({ lines, second }) => pointOf(lines, second)) };
}

/**
 * What several starts of go-tpc measured. Percentiles are the largest of the starts', or of the seconds of one
 * without a summary, and so at most that: what it prints cannot be put together.
 * @throws BenchbusError TOOL_OUTPUT_INCOMPLETE
 */
export function goTpcStarts(stdout: string, version: string) {
  const told = parseStarts('go-tpc', stdout);
  const parts = told.starts.map(partOf);
  if (
    !parts.some(({ types }) =>
      types.some(({ name, transactions }) => name === HEADLINE.toLowerCase() && transactions > 0),
    )
  )
    throw incomplete('go-tpc', 'go-tpc processed no new-order transaction');
  const measured: Measured = mergeStarts({ name: 'go-tpc', version }, parts, told, HEADLINE.toLowerCase());
  return { measured, parts, measuredMs: told.measuredMs };
}
