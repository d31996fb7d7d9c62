import { BenchbusError } from '@benchbus/events';
import { LatencyHistogram } from '../latency-histogram.ts';
import type { ThroughputSeries } from '../faults/throughput-series.ts';
import { SecondSeries } from '../second-series.ts';
import { commandLine, type CommandLine, type SummaryLine } from './lines.ts';

/** A longer line is none. */
const MAX_LINE = 65_536;

/** When what counts began and how long it was to last. */
export interface CommandSpan {
  /** End of the warm-up, ms since the epoch. */
  readonly fromMs: number;
  readonly warmupMs: number;
}

interface Counted {
  readonly histogram: LatencyHistogram;
  failed: number;
}

function malformed(line: number, why: string): BenchbusError {
  return new BenchbusError({
    code: 'TOOL_OUTPUT_MALFORMED',
    // The line itself may hold what is not for a log.
    message: `line ${line} of its standard output ${why}`,
    where: `command (measure), stdout line ${line}`,
    hint: 'each line is one JSON object: docs/reference/workloads.md, docs/schemas/command-line.schema.json; text belongs on standard error',
  });
}

/** Reads the JSON lines of a program, in chunks of any size; memory grows with its types and its slowest transaction alone. */
export class CommandReader {
  readonly #span: CommandSpan;
  readonly #series: ThroughputSeries | undefined;
  readonly #decoder = new TextDecoder();
  readonly #types = new Map<string | undefined, Counted>();
  readonly seconds: SecondSeries;
  readonly all: Counted = { histogram: new LatencyHistogram(), failed: 0 };
  readonly summaries: SummaryLine[] = [];
  version = 'unknown';
  #rest = '';
  #line = 0;

  /** @param series of what succeeded, where faults are to be judged by it: then each transaction needs its time */
  constructor(span: CommandSpan, series?: ThroughputSeries) {
    this.#span = span;
    this.#series = series;
    this.seconds = new SecondSeries(span.fromMs);
  }

  /** The named types of transactions, each with what was counted of it. */
  get types(): ReadonlyMap<string, Counted> {
    return new Map([...this.#types].filter((entry): entry is [string, Counted] => entry[0] !== undefined));
  }

  /** @throws BenchbusError TOOL_OUTPUT_MALFORMED */
  push(chunk: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
    if (this.#rest.length > MAX_LINE) throw malformed(this.#line + 1, `is longer than ${MAX_LINE} characters`);
  }

  /** After the last chunk: a last line may lack its end. @throws BenchbusError TOOL_OUTPUT_MALFORMED */
  end(): void {
    const rest = this.#rest + this.#decoder.decode();
    this.#rest = '';
    if (rest !== '') this.#take(rest);
  }

  #take(text: string): void {
    this.#line += 1;
    if (text.trim() === '') return;
    if (text.length > MAX_LINE) throw malformed(this.#line, `is longer than ${MAX_LINE} characters`);
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw malformed(this.#line, 'is no JSON');
    }
    const { success, data, error } = commandLine.safeParse(json);
    if (success) return this.#add(data);
    const [issue] = error.issues;
    throw malformed(this.#line, `is wrong at ${issue?.path.join('.') || 'its root'}: ${issue?.message ?? 'unknown'}`);
  }

  #add(line: CommandLine): void {
    if (line.type === 'tool') this.version = line.version;
    else if (line.type === 'summary') this.#summary(line);
    else this.#transaction(line);
  }

  #summary(line: SummaryLine): void {
    if (this.summaries.some(({ name }) => name === line.name))
      throw malformed(this.#line, `is a second summary of ${line.name ?? 'all transactions'}`);
    this.summaries.push(line);
  }

  #transaction({ name, latencyMs, ok, endedAtMs }: CommandLine & { readonly type: 'transaction' }): void {
    const { fromMs, warmupMs } = this.#span;
    if (endedAtMs === undefined && warmupMs > 0)
      throw malformed(this.#line, 'lacks endedAtMs, without which it cannot be told from the warm-up');
    // Of the warm-up is what began in it.
    if (endedAtMs !== undefined && endedAtMs - latencyMs < fromMs && warmupMs > 0) return;
    if (endedAtMs === undefined && this.#series !== undefined)
      throw malformed(this.#line, 'lacks endedAtMs, without which nobody can tell it from before the fault');
    const micros = Math.round(latencyMs * 1000);
    let type = this.#types.get(name);
    if (type === undefined) this.#types.set(name, (type = { histogram: new LatencyHistogram(), failed: 0 }));
    for (const counted of [this.all, type])
      if (ok) counted.histogram.add(micros);
      else counted.failed += 1;
    if (endedAtMs === undefined) return;
    this.seconds.add(endedAtMs, ok ? micros : undefined);
    if (ok) this.#series?.add(endedAtMs);
  }
}
