import { ROOT_CONTEXT, SpanStatusCode, trace, type SpanContext } from '@opentelemetry/api';
import { anchorSpanId, appendSpanId, type Anchor } from './anchors.ts';
import { withIds } from './given-ids.ts';
import { tracer } from './in-span.ts';
import type { SuiteTraces } from './suite-traces.ts';
import { workAttributes } from './work-attributes.ts';

/** What an anchor turned out to be: told when it is over. Times in ms since the epoch. */
export interface AnchorSpan {
  readonly name: string;
  readonly anchor: Anchor;
  /** Undefined: the suite's own. */
  readonly parent: Anchor | undefined;
  readonly start: number;
  readonly end: number;
  /** Code of what went wrong. */
  readonly failed?: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Ids of the events that began and ended it: it links to their appends. */
  readonly events: readonly string[];
}

/** Makes the span that others have long named as their parent, under the very ids. `client`: of the client's own span. */
export function anchorSpan(span: AnchorSpan, traces: SuiteTraces, client?: SpanContext): void {
  const own = traces.contextOf(span.anchor);
  const above = span.parent === undefined ? client : traces.contextOf(span.parent);
  // A client's second request may have come in another trace.
  const parent = above?.traceId === own.traceId ? trace.setSpanContext(ROOT_CONTEXT, above) : ROOT_CONTEXT;
  const options = {
    startTime: span.start,
    links: span.events.map((id) => ({ context: { ...own, spanId: appendSpanId(id) } })),
    attributes: {
      ...workAttributes(span.anchor),
      ...span.attributes,
      ...(span.failed === undefined ? {} : { 'error.type': span.failed }),
    },
  };
  const ids = { spanId: anchorSpanId(span.anchor), traceId: own.traceId };
  const made = withIds(ids, () => tracer().startSpan(span.name, options, parent));
  if (span.failed !== undefined) made.setStatus({ code: SpanStatusCode.ERROR, message: span.failed });
  // The clocks of two machines may differ.
  made.end(Math.max(span.start, span.end));
}
