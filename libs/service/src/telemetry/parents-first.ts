import type { Context } from '@opentelemetry/api';
import type { tracing } from '@opentelemetry/sdk-node';

type SpanProcessor = tracing.SpanProcessor;

/** A span that is open, or has ended and waits for its parent to end. */
interface Held {
  readonly parent: Held | undefined;
  readonly children: tracing.ReadableSpan[];
}

/** Spans held back at once, at most; those that begin below them meanwhile are left out, with all below. */
const MOST = 20_000;

/**
 * Hands a span on when its parent of this process was: whoever is killed amid a piece of work has sent none of it, or its
 * outer part, so that no span ever names a parent that nobody sends.
 */
export class ParentsFirst implements SpanProcessor {
  readonly #next: SpanProcessor;
  readonly #most: number;
  readonly #held = new Map<string, Held>();
  readonly #left = new Set<string>();

  constructor(next: SpanProcessor, most = MOST) {
    this.#next = next;
    this.#most = most;
  }

  onStart(span: tracing.Span, parentContext: Context): void {
    this.#next.onStart(span, parentContext);
    const { spanId } = span.spanContext();
    const parentId = span.parentSpanContext?.spanId ?? '';
    const parent = this.#held.get(parentId);
    if (this.#left.has(parentId) || (parent !== undefined && this.#held.size >= this.#most)) this.#left.add(spanId);
    else this.#held.set(spanId, { parent, children: [] });
  }

  onEnd(span: tracing.ReadableSpan): void {
    const { spanId } = span.spanContext();
    if (this.#left.delete(spanId)) return;
    const parent = this.#held.get(spanId)?.parent;
    // The parent is still held: it has not been handed on.
    if (parent !== undefined && this.#held.get(span.parentSpanContext?.spanId ?? '') === parent)
      parent.children.push(span);
    else this.#handOn(span);
  }

  forceFlush(): Promise<void> {
    return this.#next.forceFlush();
  }

  shutdown(): Promise<void> {
    this.#held.clear();
    return this.#next.shutdown();
  }

  #handOn(span: tracing.ReadableSpan): void {
    const { spanId } = span.spanContext();
    const children = this.#held.get(spanId)?.children ?? [];
    this.#held.delete(spanId);
    this.#next.onEnd(span);
    for (const child of children) this.#handOn(child);
  }
}
