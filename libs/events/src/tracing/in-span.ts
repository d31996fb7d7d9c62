import {
  context,
  createContextKey,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions,
} from '@opentelemetry/api';
import { problemOf } from '../bus/errors.ts';
import { withoutWork } from './work.ts';

const ANCHOR = createContextKey('benchbus anchor');

export const tracer = () => trace.getTracer('benchbus');

/** On which anchor the work of this context hangs. */
export const activeAnchor = (): SpanContext | undefined => context.active().getValue(ANCHOR) as SpanContext | undefined;

/** The context of work that begins here: nothing of what goes on around it, its parent the anchor. */
export function underAnchor(anchor: SpanContext | undefined): Context {
  if (anchor === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, anchor).setValue(ANCHOR, anchor);
}

/** For what goes on after the work that happened to start it: a connection, a follower. */
export const outsideWork = <T>(fn: () => T): T => withoutWork(() => context.with(ROOT_CONTEXT, fn));

export const linksTo = (...contexts: readonly (SpanContext | undefined)[]): Link[] =>
  contexts.flatMap((context) => (context === undefined ? [] : [{ context }]));

/** No stack: it is in the log line of the same span. */
export function failSpan(span: Span, error: unknown): void {
  const { code, message } = problemOf(error);
  span.setAttribute('error.type', code);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

export interface InSpan extends SpanOptions {
  readonly name: string;
  /** Default: what is active. */
  readonly in?: Context;
}

/** Runs `fn` in a span of its own: an error is recorded on it and thrown on. Costs nothing when nobody traces. */
export async function inSpan<T>(options: InSpan, fn: (span: Span) => T | Promise<T>): Promise<T> {
  const { name, in: parent = context.active(), ...rest } = options;
  const span = tracer().startSpan(name, rest, parent);
  return context.with(trace.setSpan(parent, span), async () => {
    try {
      return await fn(span);
    } catch (error) {
      failSpan(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}
