import { link, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isCounted, middleOf, repeatedMetrics, type ResultV1 } from '@benchbus/results';
import type { RepeatOf, Workload } from '@benchbus/suites';
import { makeOwnedDir, readIfThere, writeWhole } from '../runtime/process/files.ts';
import { RESULT_FILE } from './collect.ts';
import type { BoundWorkload } from './index.ts';
import type { ArtifactFile, Measurement, WorkloadContext, WorkloadVerdict } from './plugin.ts';

/** What an attempt measured: once, or as often as its test repeats without a reset. */
export interface Measurements {
  readonly all: readonly Measurement[];
  /** Stands for all: what the run's summary is, and its result, with the statistics of all. */
  readonly middle: Measurement;
}

/** Of the attempt as a whole: the same in each of its measurements. */
const OF_ALL: readonly string[] = ['init.txt', 'init.stdout.txt', 'warm-up.stdout.txt', 'environment.json'];

const dirOf = ({ dir }: WorkloadContext, index: number): string => join(dir, `repeat-${index}`);
/** What one measured, so that a failure of a later one does not lose it. */
const noteOf = (context: WorkloadContext, index: number): string => join(dirOf(context, index), 'measurement.json');

/** One measurement of several: its own folder for what it writes, the attempt's for set-up and warm-up. */
const repeatContext = (context: WorkloadContext, index: number, times: number): WorkloadContext => ({
  ...context,
  repeatDir: dirOf(context, index),
  artifactsDir: join(dirOf(context, index), 'artifacts'),
  progress: (progress) => context.progress({ ...progress, activity: `${progress.activity} (${index} of ${times})` }),
});

const isSeveral = (repeat: RepeatOf | undefined): repeat is RepeatOf => repeat?.reset === 'none';

const withRepeats = ({ summary, result }: Measurement, repeats: ResultV1['repeats']): Measurement => ({
  summary,
  result: { ...result, repeats },
});

/**
 * Measures once, or, one after the other on the same data and processes, as often as the test repeats: data are loaded and the
 * system is warmed up once, and before each measurement a checkpoint is asked for. Every step is done once, however often this
 * is called for one attempt.
 * @throws as WorkloadPlugin.run
 */
export async function measureAll(
  tool: BoundWorkload,
  { workload, repeat }: { readonly workload: Workload; readonly repeat: RepeatOf | undefined },
  context: WorkloadContext,
  signal: AbortSignal,
): Promise<Measurements> {
  if (!isSeveral(repeat)) {
    const one = await tool.run(context, signal);
    const middle = repeat === undefined ? one : withRepeats(one, repeat);
    return { all: [middle], middle };
  }
  const { times, reset } = repeat;
  const all: Measurement[] = [];
  for (let index = 1; index <= times; index += 1) {
    await makeOwnedDir(dirOf(context, index), context.user);
    const one = await tool.run(repeatContext(context, index, times), signal);
    const told = withRepeats(one, { index, times, reset });
    await writeWhole(noteOf(context, index), JSON.stringify(told));
    all.push(told);
  }
  const summaries = all.map(({ summary }) => summary);
  const index = middleOf(summaries, workload);
  const middle = all[index];
  if (middle === undefined) throw new RangeError('nothing was measured');
  const metrics = repeatedMetrics(summaries.filter(isCounted)).map(({ better: _, ...metric }) => metric);
  return { all, middle: withRepeats(middle, { index: index + 1, times, reset, metrics }) };
}

async function collectOne(
  tool: BoundWorkload,
  context: WorkloadContext,
  { index, times }: { readonly index: number; readonly times: number },
  otherwise: WorkloadVerdict,
): Promise<ArtifactFile[]> {
  const of = repeatContext(context, index, times);
  const note = await readIfThere(noteOf(context, index));
  const files = await tool.collect(of, note === undefined ? otherwise : (JSON.parse(note) as Measurement));
  const kept: ArtifactFile[] = [];
  for (const { name, contentType } of files) {
    const shared = OF_ALL.includes(name);
    if (shared && index > 1) continue;
    const own = shared ? name : `repeat-${index}.${name}`;
    const file = join(context.artifactsDir, own);
    await rm(file, { force: true });
    await link(join(of.artifactsDir, name), file);
    kept.push({ name: own, contentType });
  }
  return kept;
}

/**
 * What every measurement that was begun left, each file named after it (`repeat-2.pgbench.stdout.txt`), and the result of the
 * whole.
 */
export async function collectAll(
  tool: BoundWorkload,
  repeat: RepeatOf | undefined,
  context: WorkloadContext,
  verdict: WorkloadVerdict,
): Promise<readonly ArtifactFile[]> {
  if (!isSeveral(repeat)) return tool.collect(context, verdict);
  const { times } = repeat;
  await mkdir(context.artifactsDir, { recursive: true });
  const failed: WorkloadVerdict =
    'problem' in verdict ? verdict : { problem: { code: 'INTERRUPTED', message: 'it was not measured' } };
  const files: ArtifactFile[] = [];
  for (let index = 1; index <= times; index += 1) {
    const begun = await readIfThere(join(dirOf(context, index), 'measure/started'));
    if (begun === undefined && index > 1) break;
    files.push(...(await collectOne(tool, context, { index, times }, failed)));
  }
  if ('problem' in verdict) return files;
  await writeWhole(join(context.artifactsDir, RESULT_FILE), `${JSON.stringify(verdict.result, null, 2)}\n`);
  return [...files, { name: RESULT_FILE, contentType: 'application/json' }];
}
