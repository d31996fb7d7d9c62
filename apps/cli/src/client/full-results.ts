import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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

async function stored(run: RunResult, artifactsDir: string): Promise<ResultV1 | undefined> {
  const key = run.artifacts.find(({ name }) => name === RESULT_FILE)?.key;
  if (key === undefined) return undefined;
  const text = await readFile(join(artifactsDir, key), 'utf8').catch(() => undefined);
  try {
    // Of a later version, or damaged (`audit` says so): then what the log has.
    return resultV1.safeParse(JSON.parse(text ?? 'null')).data;
  } catch {
    return undefined;
  }
}

/**
 * The whole result of each run that measured something, by its id: the stored file, or, where that is out of reach (another
 * store than a folder here, a run from before there were such files), as much as the log tells.
 */
export async function fullResults(
  { runs }: Pick<SuiteResults, 'runs'>,
  artifactsDir: string | undefined,
): Promise<ReadonlyMap<string, ResultV1>> {
  const found = new Map<string, ResultV1>();
  for (const run of runs) {
    if (run.summary === undefined) continue;
    const whole = artifactsDir === undefined ? undefined : await stored(run, artifactsDir);
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
