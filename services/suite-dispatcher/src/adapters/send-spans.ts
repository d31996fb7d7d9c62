import { anchorSpan, readTraceparent, tracesOf, type AnchorSpan } from '@benchbus/events';
import { flushTelemetry, within } from '@benchbus/service';
import type { SendOptions } from '../application/trace-suite.ts';

/** The queue of the exporter has room for 2048. */
const AT_ONCE = 500;
/** A collector that is away holds up no suite. */
const FLUSH_MS = 5_000;

/** Sends spans of what is over; resolves when the collector has them. */
export async function sendSpans(spans: readonly AnchorSpan[], { log, traceparent }: SendOptions): Promise<void> {
  const traces = tracesOf(log);
  const client = readTraceparent(traceparent);
  for (let from = 0; from < spans.length; from += AT_ONCE) {
    for (const span of spans.slice(from, from + AT_ONCE)) anchorSpan(span, traces, client);
    await within(flushTelemetry(), FLUSH_MS);
  }
}
