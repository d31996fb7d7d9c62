import { anchorSpan, readTraceparent, tracesOf, type AnchorSpan } from '@benchbus/events';
import { flushTelemetry, within } from '@benchbus/service';
import type { SendOptions } from '../application/trace-suite.ts';

/** The queue of the exporter has room for 2048. */
const AT_ONCE = 500;
/** Those that wait, at most: beyond that a collector is away for long, and what it would not get is left out at once. */
const MOST = 20_000;
/** How long the next spans wait for a collector to have taken those before. */
const FLUSH_MS = 5_000;
/** A part of the grace that a stop has. */
const STOP_MS = 2_000;

export interface SpanSender {
  /** Returns at once: they go out beside the caller, whom a collector that is away holds up by nothing. */
  readonly send: (spans: readonly AnchorSpan[], options: SendOptions) => void;
  /** Waits until the collector has all of them, at most 2 s; what is left then is left out. */
  readonly stop: () => Promise<void>;
}

export interface SpanSenderOptions {
  readonly onError: (error: unknown) => void;
  readonly hand?: (span: AnchorSpan, options: SendOptions) => void;
  readonly flush?: () => Promise<void>;
  readonly flushMs?: number;
  readonly stopMs?: number;
}

const handToSdk = (span: AnchorSpan, { log, traceparent }: SendOptions): void =>
  anchorSpan(span, tracesOf(log), readTraceparent(traceparent));

/**
 * Sends spans of what is over, those of many runs together: one flush at a time. They are on their way when an event is acknowledged,
 * so whoever is killed in that moment has not sent them, and nobody will.
 */
export function spanSender(options: SpanSenderOptions): SpanSender {
  const { onError, hand = handToSdk, flush = flushTelemetry, flushMs = FLUSH_MS, stopMs = STOP_MS } = options;
  const waiting: (readonly [AnchorSpan, SendOptions])[] = [];
  let working = false;
  let work = Promise.resolve();
  let flushing: Promise<void> | undefined;
  // One that hangs is waited for again, not joined by a second one.
  const flushed = () => (flushing ??= flush().finally(() => (flushing = undefined)));

  async function sendWaiting(): Promise<void> {
    while (waiting.length > 0)
      try {
        for (const [span, of] of waiting.splice(0, AT_ONCE)) hand(span, of);
        await within(flushed(), flushMs);
      } catch (error) {
        onError(error);
      }
    working = false;
  }

  return {
    send(spans, of) {
      for (const span of spans.slice(0, MOST - waiting.length)) waiting.push([span, of]);
      if (working) return;
      working = true;
      work = sendWaiting();
    },
    async stop() {
      await within(work, stopMs);
      waiting.length = 0;
    },
  };
}
