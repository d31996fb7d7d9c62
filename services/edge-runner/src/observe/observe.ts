import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseMetrics, type Observation } from '@benchbus/results';
import type { Login } from '../probes/query.ts';
import { readIfThere, writeWhole } from '../runtime/process/files.ts';
import { canary } from './canary.ts';
import { DatabaseSampler } from './database-sample.ts';
import { HEADER, rowOf } from './metrics-table.ts';
import { observationOf, type Marks } from './observation-of.ts';
import type { RunProcess } from './run-processes.ts';
import { hostSample, type Sample } from './sample.ts';
import type { Throttling } from './throttling.ts';

export interface ObserveOptions {
  /** A folder of its own: the samples lie there, so that the next runner goes on with them. */
  readonly dir: string;
  readonly run: string;
  /** Cores the load tool can use. */
  readonly availableCores: number;
  /** CPU seconds of the load tool so far; undefined: not known. */
  readonly toolCpu: () => Promise<number | undefined>;
  /** Whose statistics are sampled; not given: nobody's (a pool would lend one of its sessions). */
  readonly database?: Login | undefined;
  /** What runs on the machine by run, of all runs; not given: nobody can tell. */
  readonly processes?: () => Promise<readonly RunProcess[] | undefined>;
  /** What the load node's limits did to it; not given: it has none, or nobody can tell. */
  readonly loadThrottling?: () => Throttling | undefined;
  readonly intervalMs: number;
}

const files = (dir: string) => ({
  metrics: join(dir, 'metrics.csv'),
  before: join(dir, 'before.json'),
  observation: join(dir, 'observation.json'),
});

/** Where the samples lie. */
export const metricsFile = (dir: string): string => files(dir).metrics;

async function marks(options: ObserveOptions, moment: 'before' | 'after'): Promise<Marks> {
  // The probe stands outside of what is counted.
  const { dir } = options;
  const probe = moment === 'before' ? await canary(dir) : undefined;
  const processes = await options.processes?.().catch(() => undefined);
  const { cpu, runnerThrottling } = hostSample();
  const loadThrottling = options.loadThrottling?.();
  const seen: Marks = { startedAt: Date.now(), cpu, processes, canary: probe, loadThrottling, runnerThrottling };
  return moment === 'before' ? seen : { ...seen, canary: await canary(dir) };
}

/** One row a second until `stop` aborts. What cannot be read is an empty cell; a failure here never ends a measurement. */
async function sampleUntil(options: ObserveOptions, stop: AbortSignal): Promise<void> {
  const { dir, toolCpu, database, intervalMs } = options;
  const { metrics } = files(dir);
  const server = database && new DatabaseSampler(database, intervalMs);
  if ((await readIfThere(metrics)) === undefined) await writeWhole(metrics, `${HEADER}\n`);
  const look = async (): Promise<Sample> => {
    const [tool, of] = await Promise.all([toolCpu().catch(() => undefined), server?.sample()]);
    const loadThrottling = options.loadThrottling?.();
    return { at: Date.now(), ...hostSample(), toolCpu: tool, database: of, loadThrottling };
  };
  let before = await look();
  while (!stop.aborted) {
    const wait = Math.max(1, before.at + intervalMs - Date.now());
    await delay(wait, undefined, { signal: stop }).catch(() => undefined);
    const now = await look();
    if (now.at > before.at) await appendFile(metrics, `${rowOf(before, now)}\n`);
    before = now;
  }
  await server?.close();
}

/**
 * Watches the machine, the load tool and the server while `work` runs, and probes the machine before and after it. Called again
 * after a restart of the runner it goes on, and after the end it tells the same again.
 */
export async function observe<T>(
  options: ObserveOptions,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly observation: Observation }> {
  const { before: beforeFile, observation: observationFile, metrics } = files(options.dir);
  const known = await readIfThere(observationFile);
  if (known !== undefined) return { value: await work(), observation: JSON.parse(known) as Observation };
  await mkdir(options.dir, { recursive: true });
  const noted = await readIfThere(beforeFile);
  const before = noted === undefined ? await marks(options, 'before') : (JSON.parse(noted) as Marks);
  if (noted === undefined) await writeWhole(beforeFile, JSON.stringify(before));
  const stop = new AbortController();
  const sampling = sampleUntil(options, stop.signal).catch(() => undefined);
  const value = await work().finally(async () => {
    stop.abort();
    await sampling;
  });
  const after = await marks(options, 'after');
  const table = parseMetrics(await readFile(metrics, 'utf8').catch(() => ''));
  const { run, availableCores } = options;
  const observation = observationOf({ run, availableCores, before, after, metrics: table });
  await writeWhole(observationFile, JSON.stringify(observation));
  return { value, observation };
}
