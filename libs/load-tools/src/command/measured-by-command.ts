import type { Measured, Measures, TypeMeasures } from '@benchbus/results';
import { toHdr } from '../hdr.ts';
import { incomplete } from '../incomplete.ts';
import { latenciesFrom, latenciesOf } from '../latencies.ts';
import type { LatencyHistogram } from '../latency-histogram.ts';
import type { CommandReader } from './command-reader.ts';
import type { SummaryLine } from './lines.ts';

interface Counted {
  readonly histogram: LatencyHistogram;
  readonly failed: number;
}
const thousandths = (value: number): number => Math.round(value * 1000) / 1000;

const counted = ({ histogram, failed }: Counted, seconds: number): Measures => ({
  transactions: histogram.total,
  failedTransactions: failed,
  tps: thousandths(histogram.total / seconds),
  ...(histogram.total === 0 ? { sources: {} } : latenciesOf(histogram, 'every-transaction')),
});

function told(line: SummaryLine, seconds: number): Measures {
  const { type: _, name: __, transactions, failedTransactions, durationSeconds: ___, ...latencies } = line;
  return {
    ...{ transactions, failedTransactions },
    tps: thousandths(transactions / seconds),
    ...latenciesFrom('tool-summary', latencies),
  };
}

function ofSummaries(reader: CommandReader, measuredSeconds: number): Measured {
  const all = reader.summaries.find(({ name }) => name === undefined);
  if (all === undefined) throw incomplete('command', 'there is no summary of all transactions (one without a name)');
  if (reader.all.histogram.total + reader.all.failed > 0)
    throw incomplete('command', 'there are summaries and transactions: either is enough, both may differ');
  const durationSeconds = all.durationSeconds ?? measuredSeconds;
  const types = reader.summaries.flatMap((line): TypeMeasures[] =>
    line.name === undefined ? [] : [{ name: line.name, ...told(line, durationSeconds) }],
  );
  return {
    tool: { name: 'command', version: reader.version },
    durationSeconds,
    total: told(all, durationSeconds),
    types,
    series: { source: 'tool-summary', points: [] },
  };
}

/**
 * What a program of the user's own measured.
 * @param measuredSeconds from the end of the warm-up to the program's end
 * @throws BenchbusError TOOL_OUTPUT_INCOMPLETE
 */
export function measuredByCommand(reader: CommandReader, measuredSeconds: number): Measured {
  if (reader.summaries.length > 0) return ofSummaries(reader, measuredSeconds);
  const { all } = reader;
  if (all.histogram.total === 0)
    throw incomplete('command', 'it told of no transaction that succeeded after the warm-up');
  return {
    tool: { name: 'command', version: reader.version },
    durationSeconds: measuredSeconds,
    total: counted(all, measuredSeconds),
    types: [...reader.types].map(([name, type]) => ({ name, ...counted(type, measuredSeconds) })),
    histogram: toHdr(all.histogram, 'every-transaction'),
    series: { source: 'every-transaction', points: reader.seconds.points(measuredSeconds) },
  };
}
