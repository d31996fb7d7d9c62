import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import type { ArtifactSource } from '@benchbus/audit';
import { resultFromSummary, resultV1, type ResultV1 } from '@benchbus/results';
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
async function stored(run: RunResult, source: ArtifactSource): Promise<ResultV1 | undefined> {
  const key = run.artifacts.find(({ name }) => name === RESULT_FILE)?.key;
  const bytes = key === undefined ? undefined : await source.read(key);
  return bytes && resultV1.parse(await json(bytes as Readable));
}

/**
 * The whole result of each run that measured something, by its id: the stored file, or, where that is out of reach (no store
 * answers, a run from before there were such files), as much as the log tells.
 * @param onLoss hears of a stored file that could not be read
 */
export async function fullResults(
  { runs }: Pick<SuiteResults, 'runs'>,
  source: ArtifactSource | undefined,
  onLoss: (runId: string, why: string) => void = () => undefined,
): Promise<ReadonlyMap<string, ResultV1>> {
  const found = new Map<string, ResultV1>();
  for (const run of runs) {
    if (run.summary === undefined) continue;
    const whole = await (source && stored(run, source))?.catch((error: unknown) => {
      onLoss(run.runId, error instanceof Error ? error.message : String(error));
      return undefined;
    });
    const result = whole ?? resultFromSummary(run.summary);
    const images = imagesOf(run);
    const { environment } = result;
    found.set(
      run.runId,
      environment === undefined || Object.keys(images).length === 0
        ? result
        : { ...result, environment: { ...environment, images } },
    );
  }
  return found;
}
