import { hostname } from 'node:os';
import { enableTracing } from '@benchbus/events/given-ids';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK, metrics, resources, tracing } from '@opentelemetry/sdk-node';
import { S3Instrumentation, ValkeyInstrumentation } from './clients.ts';
import { idGenerator } from './id-generator.ts';
import { setInstruments } from './instrumented.ts';
import { ParentsFirst } from './parents-first.ts';
import { safeExporter } from './safe-exporter.ts';
import type { Telemetry } from './service-name.ts';

/** Less than what Prometheus asks for a second time: else a figure that is new looks old. */
const EVERY_MS = 10_000;

function metricReaders(): metrics.IMetricReader[] {
  const every = Number(process.env['OTEL_METRIC_EXPORT_INTERVAL']) || EVERY_MS;
  const exporter = new OTLPMetricExporter();
  return [
    new metrics.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: every, exportTimeoutMillis: every }),
  ];
}

/** How to send what is left, and to stop. */
export interface Sdk {
  readonly flush: () => Promise<void>;
  readonly shutdown: () => Promise<void>;
}

/**
 * Starts OpenTelemetry: traces and metrics by OTLP over HTTP to OTEL_EXPORTER_OTLP_ENDPOINT; the other OTEL_* variables
 * (headers, sampler, batch sizes, OTEL_METRIC_EXPORT_INTERVAL) are read by the SDK itself.
 */
export function startSdk({ serviceName, withMetrics }: Telemetry): Sdk {
  const spans = new ParentsFirst(new tracing.BatchSpanProcessor(safeExporter(new OTLPTraceExporter())));
  const sdk = new NodeSDK({
    serviceName,
    // Replicas of a service are to be told apart, and their figures not to overwrite one another.
    resource: resources.resourceFromAttributes({ 'service.instance.id': `${hostname()}:${process.pid}` }),
    idGenerator,
    spanProcessors: [spans],
    metricReaders: withMetrics ? metricReaders() : [],
    instrumentations: [],
  });
  sdk.start();
  // Not enabled: nothing looks out for modules. A lock or a cache outside any request is worth a span too.
  const valkey = new ValkeyInstrumentation({ enabled: false, requireParentSpan: false });
  const s3 = new S3Instrumentation({ enabled: false });
  setInstruments({ valkey: (client) => valkey.instrument(client), s3: (client) => s3.instrument(client) });
  enableTracing();
  return { flush: () => spans.forceFlush(), shutdown: () => sdk.shutdown() };
}
