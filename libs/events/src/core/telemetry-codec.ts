import { z } from 'zod';
import type { LogLine, Progress } from '../bus/telemetry.ts';

const TOKEN = /^([a-zA-Z0-9_-]{1,64}|\*)$/;

function token(value: string): string {
  if (!TOKEN.test(value)) throw new RangeError(`${JSON.stringify(value)} cannot be part of a subject: ${TOKEN}`);
  return value;
}

/** `progress.<runId>`; `*` and `>` watch all runs. */
export const progressSubject = (runId: string): string => `progress.${runId === '>' ? '*' : token(runId)}`;

export const logSubject = ({ runId, node, container }: LogLine): string =>
  `log.${token(runId)}.${token(node)}.${token(container)}`;

const schema = z.object({
  runId: z.string(),
  node: z.string(),
  time: z.string(),
  activity: z.string(),
  tps: z.number().exactOptional(),
  latencyAverageMs: z.number().exactOptional(),
  done: z.number().exactOptional(),
});

/** Undefined for anything that is no progress. */
export function parseProgress(body: Uint8Array): Progress | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(new TextDecoder().decode(body)));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
