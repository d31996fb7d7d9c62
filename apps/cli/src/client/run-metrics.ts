import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import type { ArtifactSource } from '@benchbus/audit';
import { METRICS_FILE, parseMetrics, type MetricsTable } from '@benchbus/results';
import type { RunResult, SuiteResults } from '../domain/suite-results.ts';

const unpacked = promisify(gunzip);

/** @throws what the source does, Error of zlib */
async function stored(run: RunResult, file: string, source: ArtifactSource): Promise<MetricsTable | undefined> {
  const key = run.artifacts.find(({ name }) => name === file)?.key;
  const bytes = key === undefined ? undefined : await source.read(key);
  return bytes && parseMetrics((await unpacked(await buffer(Readable.from(bytes)))).toString('utf8'));
}

/** What was seen each second of each measurement of a run, by the run's id; nothing where the file is out of reach. */
export async function runMetrics(
  { runs }: Pick<SuiteResults, 'runs'>,
  source: ArtifactSource | undefined,
): Promise<ReadonlyMap<string, readonly (MetricsTable | undefined)[]>> {
  const found = new Map<string, readonly (MetricsTable | undefined)[]>();
  if (source === undefined) return found;
  for (const run of runs) {
    const files = run.repeats?.map((_, index) => `repeat-${index + 1}.${METRICS_FILE}`) ?? [METRICS_FILE];
    const tables = files.map((file) => stored(run, file, source).catch(() => undefined));
    found.set(run.runId, await Promise.all(tables));
  }
  return found;
}
