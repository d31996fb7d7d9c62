import type { Measured } from '@benchbus/results';
import { seriesOfParts, type Part } from '@benchbus/load-tools';
import { readFaultResults } from '../faults/under-faults.ts';
import type { Workload } from '@benchbus/suites';
import type { Ended, Parsed } from './load-tool.ts';

/** What several starts of a tool measured, and what the faults between them cost by the tool's own seconds. */
export async function parsedStarts<W extends Workload, P>(
  { context, startedAt }: Pick<Ended<W, P>, 'context' | 'startedAt'>,
  { measured, parts, measuredMs }: { measured: Measured; parts: readonly Part[]; measuredMs: number },
): Promise<Parsed> {
  if (context.faults === undefined) return { measured };
  const series = seriesOfParts(parts, startedAt.getTime());
  const span = { startedAt, measuredMs };
  return { measured, faults: await readFaultResults(context.faults, context, series, span, "the tool's seconds") };
}
