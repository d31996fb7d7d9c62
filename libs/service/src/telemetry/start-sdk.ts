import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { AwsInstrumentation } from '@opentelemetry/instrumentation-aws-sdk';
import { NodeSDK, metrics } from '@opentelemetry/sdk-node';
import { IovalkeyInstrumentation } from './iovalkey-instrumentation.ts';

/**
 * Starts OpenTelemetry: traces and metrics by OTLP over HTTP to OTEL_EXPORTER_OTLP_ENDPOINT; the other OTEL_* variables
 * (headers, sampler, batch sizes, OTEL_METRIC_EXPORT_INTERVAL) are read by the SDK itself.
 * Returns what flushes and stops it.
 */
export function startSdk(serviceName: string): () => Promise<void> {
  const interval = Number(process.env['OTEL_METRIC_EXPORT_INTERVAL']);
  const sdk = new NodeSDK({
    serviceName,
    traceExporter: new OTLPTraceExporter(),
    metricReaders: [
      new metrics.PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter(),
        ...(interval > 0 ? { exportIntervalMillis: interval, exportTimeoutMillis: interval } : {}),
      }),
    ],
    // A lock or a cache outside any request is worth a span too.
    instrumentations: [new IovalkeyInstrumentation({ requireParentSpan: false }), new AwsInstrumentation()],
  });
  sdk.start();
  return () => sdk.shutdown();
}
