import { BenchbusError, type EventBus } from '@benchbus/events';
import { resultFromSummary, resultV1, type ResultV1 } from '@benchbus/results';
import { readArtifact } from '../client/read-artifact.ts';
import type { RunResult } from '../domain/suite-results.ts';
import type { ReportRun } from './report.ts';

/** The whole result, by its schema: what the runner left beside the summary. */
const RESULT_FILE = 'result.v1.json';

async function stored(bus: EventBus, { artifacts }: RunResult): Promise<ResultV1 | undefined> {
  const file = artifacts.find(({ name }) => name === RESULT_FILE);
  const [, , , artifactId] = file?.key.split('/') ?? [];
  if (artifactId === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of await readArtifact(bus, artifactId)) chunks.push(chunk);
  return resultV1.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
}

/** What each run measured. `onLoss` hears of results of which only the log's summary can be had. */
export async function readResults(
  bus: EventBus,
  runs: readonly RunResult[],
  onLoss: (runId: string, why: string) => void,
): Promise<ReportRun[]> {
  const all: ReportRun[] = [];
  for (const run of runs) {
    const summary = run.summary && resultFromSummary(run.summary);
    const result = await stored(bus, run).catch((error: unknown) => {
      onLoss(run.runId, error instanceof BenchbusError ? `${error.code}: ${error.message}` : String(error));
      return undefined;
    });
    all.push({ run, result: result ?? summary });
  }
  return all;
}
