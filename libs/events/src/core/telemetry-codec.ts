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

const logSchema = z.object({
  runId: z.string(),
  node: z.string(),
  container: z.string(),
  time: z.string(),
  line: z.string(),
});

const schema = z.object({
  runId: z.string(),
  node: z.string(),
  time: z.string(),
  activity: z.string(),
  tps: z.number().exactOptional(),
  latencyAverageMs: z.number().exactOptional(),
  done: z.number().exactOptional(),
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
export const parseProgress = (body: Uint8Array): Progress | undefined => parse<Progress>(schema, body);

/** Undefined for anything that is no line. */
export const parseLogLine = (body: Uint8Array): LogLine | undefined => parse<LogLine>(logSchema, body);
