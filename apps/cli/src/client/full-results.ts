import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import type { ArtifactSource } from '@benchbus/audit';
import type { WorkloadSummary } from '@benchbus/events';
import { resultFromSummary, resultV1, samplesOf, type ResultV1 } from '@benchbus/results';
import type { RunResult, SuiteResults } from '../domain/suite-results.ts';

/** As the load node's runner calls it. */
const RESULT_FILE = 'result.v1.json';

/** Images with their digests, as the nodes' runners proved them; none on `local`. */
function imagesOf({ events }: RunResult): Record<string, string> {
  const images: Record<string, string> = {};
  for (const event of events) {
    if (event.name !== 'DatabaseReady') continue;
    const node = event.subject.split('.').at(-1) ?? '';
    for (const [name, value] of Object.entries(event.data.proven))
      if (name.startsWith('image.')) images[`${node}/${name.slice('image.'.length)}`] = String(value);
  }
  return images;
}

/** @throws what the source does, SyntaxError, ZodError */
async function stored(run: RunResult, file: string, source: ArtifactSource): Promise<ResultV1 | undefined> {
  const key = run.artifacts.find(({ name }) => name === file)?.key;
  const bytes = key === undefined ? undefined : await source.read(key);
  return bytes && resultV1.parse(await json(bytes as Readable));
}

/** Hears of a stored file that could not be read. */
type OnLoss = (runId: string, why: string) => void;

/** The stored file, or, where that is out of reach, as much as the log tells. */
async function wholeResult(
  run: RunResult,
  { file, summary }: { readonly file: string; readonly summary: WorkloadSummary },
  source: ArtifactSource | undefined,
  onLoss: OnLoss,
): Promise<ResultV1> {
  const whole = await (source && stored(run, file, source))?.catch((error: unknown) => {
    onLoss(run.runId, error instanceof Error ? error.message : String(error));
    return undefined;
  });
  const told = whole ?? resultFromSummary(summary);
  const result = told.sharing === undefined && run.shared ? { ...told, sharing: run.shared } : told;
  const images = imagesOf(run);
  const { environment } = result;
  return environment === undefined || Object.keys(images).length === 0
    ? result
    : { ...result, environment: { ...environment, images } };
}

const silent: OnLoss = () => undefined;

/**
 * The whole result of each run that measured something, by its id: the stored file, or, where that is out of reach (no store
 * answers, a run from before there were such files), as much as the log tells.
 */
export async function fullResults(
  { runs }: Pick<SuiteResults, 'runs'>,
  source: ArtifactSource | undefined,
  onLoss: OnLoss = silent,
): Promise<ReadonlyMap<string, ResultV1>> {
  const found = new Map<string, ResultV1>();
  for (const run of runs) {
    const { summary } = run;
    if (summary === undefined) continue;
    found.set(run.runId, await wholeResult(run, { file: RESULT_FILE, summary }, source, onLoss));
  }
  return found;
}

/** As `fullResults`, of a run that measured several times each measurement's. */
export async function allResults(
  { runs }: Pick<SuiteResults, 'runs'>,
  source: ArtifactSource | undefined,
  onLoss: OnLoss = silent,
): Promise<ReadonlyMap<string, readonly ResultV1[]>> {
  const found = new Map<string, readonly ResultV1[]>();
  for (const run of runs) {
    const files = run.repeats?.map((_, index) => `repeat-${index + 1}.${RESULT_FILE}`) ?? [RESULT_FILE];
    const results: ResultV1[] = [];
    for (const [index, summary] of samplesOf(run).entries())
      results.push(await wholeResult(run, { file: files[index] ?? RESULT_FILE, summary }, source, onLoss));
    found.set(run.runId, results);
  }
  return found;
}
