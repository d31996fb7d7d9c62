import { z } from 'zod';
import type { LogFilter, LogLine, Progress } from '../bus/telemetry.ts';

const TOKEN = /^([a-zA-Z0-9_-]{1,64}|\*)$/;

function token(value: string): string {
  if (!TOKEN.test(value)) throw new RangeError(`${JSON.stringify(value)} cannot be part of a subject: ${TOKEN}`);
  return value;
}

/** `progress.<runId>`; `*` and `>` watch all runs. */
export const progressSubject = (runId: string): string => `progress.${runId === '>' ? '*' : token(runId)}`;

export const logSubject = ({ runId, node, container }: LogLine): string =>
  `log.${token(runId)}.${token(node)}.${token(container)}`;

/** The subject filter of the lines wanted. */
export const logFilterSubject = ({ runId, node, container }: LogFilter): string =>
  `log.${token(runId)}.${token(node ?? '*')}.${token(container ?? '*')}`;

const runId = z.string().describe('The run');
const node = z.string().describe('Its node');
const time = z.string().describe('UTC, RFC 3339');

export const logLine = z.object({
  runId,
  node,
  container: z.string().describe('What printed it: `postgres`, `pgbench`, `runner`'),
  time,
  line: z.string().describe('The line'),
});

export const progress = z.object({
  runId,
  node,
  time,
  activity: z.string().describe('What goes on'),
  tps: z.number().exactOptional().meta({ description: 'Throughput', 'x-unit': 'transactions/s' }),
  latencyAverageMs: z.number().exactOptional().meta({ description: 'Mean latency', 'x-unit': 'ms' }),
  done: z.number().exactOptional().meta({ description: 'How far it is, from 0 to 1', 'x-unit': 'fraction' }),
});

function parse<T>(as: z.ZodType<T>, body: Uint8Array): T | undefined {
  try {
    const parsed = as.safeParse(JSON.parse(new TextDecoder().decode(body)));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined for anything that is no progress. */
export const parseProgress = (body: Uint8Array): Progress | undefined => parse<Progress>(progress, body);

/** Undefined for anything that is no line. */
export const parseLogLine = (body: Uint8Array): LogLine | undefined => parse<LogLine>(logLine, body);
