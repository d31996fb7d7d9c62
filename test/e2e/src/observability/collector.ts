import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { freePort, startChild, startOtlpCollector, type CollectedSpan } from '@benchbus/service/testing';
import { REPO } from '../testing/installation.ts';

/** The OpenTelemetry Collector of test/otel-collector; undefined where it is not built. */
export function findCollector(): string | undefined {
  const found = execFileSync(process.execPath, [join(REPO, 'tools/lib/otel-collector.mjs')], {
    encoding: 'utf8',
  }).trim();
  return found === '' ? undefined : found;
}

export interface TestCollector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  /** What came out of it, so far. */
  readonly spans: readonly CollectedSpan[];
  /** Its page for Prometheus. */
  scrape(): Promise<string>;
  /** Ends it in order: what it holds comes out before. */
  stop(): Promise<void>;
}

const untilAnswers = async (url: string, ended: Promise<unknown>): Promise<void> => {
  let over = false;
  ended.then(
    () => (over = true),
    () => (over = true),
  );
  while (!over) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the collector ended before ${url} answered`);
};

/** The real collector with the file that is delivered; its traces come out in this process. */
export async function startCollector(): Promise<TestCollector> {
  const program = findCollector();
  if (program === undefined) throw new Error('no collector: node tools/bootstrap.mjs with CI=true builds it');
  const traces = await startOtlpCollector();
  const [otlp, metrics, health] = await Promise.all([freePort(), freePort(), freePort()]);
  const child = startChild(program, ['--config', join(REPO, 'deploy/observability/collector.yaml')], {
    env: {
      PATH: process.env['PATH'] ?? '',
      COLLECTOR_OTLP: `127.0.0.1:${otlp}`,
      COLLECTOR_METRICS: `127.0.0.1:${metrics}`,
      COLLECTOR_HEALTH: `127.0.0.1:${health}`,
      COLLECTOR_TRACES: traces.endpoint,
      COLLECTOR_TRACES_ENCODING: 'json',
      COLLECTOR_BATCH_TIMEOUT: '200ms',
    },
  });
  const stop = async (): Promise<void> => {
    await child.stop();
    await traces.close();
  };
  try {
    await untilAnswers(`http://127.0.0.1:${health}/`, child.exited);
  } catch (error) {
    await stop();
    throw new Error(child.lines.join('\n'), { cause: error });
  }
  return {
    endpoint: `http://127.0.0.1:${otlp}`,
    spans: traces.spans,
    scrape: async () => (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text(),
    stop,
  };
}

/** Environment of a stack that tells the collector soon. */
export const telemetryTo = (collector: TestCollector | undefined): Record<string, string> =>
  collector === undefined
    ? {}
    : {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
        OTEL_BSP_SCHEDULE_DELAY: '200',
        OTEL_METRIC_EXPORT_INTERVAL: '1000',
      };
