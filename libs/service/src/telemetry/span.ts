import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Span } from '@opentelemetry/api';

/** Runs `fn` in a span of its own: an error is recorded on it and thrown on. Costs nothing when telemetry is off. */
export async function span<T>(name: string, attributes: Attributes, fn: (span: Span) => T | Promise<T>): Promise<T> {
  return trace.getTracer('benchbus').startActiveSpan(name, { attributes }, async (active) => {
    try {
      return await fn(active);
    } catch (error) {
      active.recordException(error instanceof Error ? error : String(error));
      active.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
      throw error;
    } finally {
      active.end();
    }
  });
}
