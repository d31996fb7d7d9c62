import { join } from 'node:path';
import type { InjectedFault } from '@benchbus/load-tools';
import { z } from 'zod';
import { readIfThere, writeWhole } from '../runtime/process/files.ts';

const decision = z.object({
  /** Whom it hits. */
  node: z.string(),
  /** Who led the cluster then; not given: there is none, or nobody led. */
  leader: z.string().optional(),
  /** When, ms since 1970: nothing was asked for before. */
  decidedMs: z.number(),
});
/** Made once: a restarted runner repeats it, and does not kill the next leader. */
export type Decision = z.infer<typeof decision>;

const record = z.object({
  index: z.number(),
  kind: z.literal('kill'),
  node: z.string(),
  at: z.string(),
  newLeader: z.string().optional(),
  timeToNewLeaderMs: z.number().optional(),
});
type Shape<T> = z.ZodType<T>;

/** Notes of a fault in the attempt's folder, whole or not there. */
const fileOf = (dir: string, what: 'decision' | 'record', index: number) => join(dir, `fault-${index}.${what}.json`);

async function read<T>(file: string, shape: Shape<T>): Promise<T | undefined> {
  const text = await readIfThere(file);
  return text === undefined ? undefined : shape.parse(JSON.parse(text));
}

export const readDecision = (dir: string, index: number) => read(fileOf(dir, 'decision', index), decision);
export const writeDecision = (dir: string, index: number, made: Decision) =>
  writeWhole(fileOf(dir, 'decision', index), JSON.stringify(made));
/** What was done, and what was seen of the cluster since. */
export const readRecord = (dir: string, index: number): Promise<InjectedFault | undefined> =>
  read(fileOf(dir, 'record', index), record) as Promise<InjectedFault | undefined>;
export const writeRecord = (dir: string, done: InjectedFault) =>
  writeWhole(fileOf(dir, 'record', done.index), JSON.stringify(done));

/** All that were carried out, in their order. */
export async function readRecords(dir: string, count: number): Promise<InjectedFault[]> {
  const all = await Promise.all(Array.from({ length: count }, (_, index) => readRecord(dir, index)));
  return all.flatMap((one) => one ?? []);
}
