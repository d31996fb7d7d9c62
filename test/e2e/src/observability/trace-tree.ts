import type { CollectedSpan } from '@benchbus/service/testing';

export interface TraceTree {
  /** Ids of spans without a parent, each once. */
  readonly roots: readonly CollectedSpan[];
  /** Spans whose parent nobody sent. */
  readonly orphans: readonly CollectedSpan[];
  readonly spans: readonly CollectedSpan[];
}

/** One trace as it came out of the collector. A span that was sent twice, after a crash, is one. */
export function traceTree(all: readonly CollectedSpan[], traceId: string): TraceTree {
  const byId = new Map(all.filter((span) => span.traceId === traceId).map((span) => [span.spanId, span]));
  const spans = [...byId.values()];
  return {
    spans,
    roots: spans.filter(({ parentSpanId }) => parentSpanId === undefined),
    orphans: spans.filter(({ parentSpanId }) => parentSpanId !== undefined && !byId.has(parentSpanId)),
  };
}

/** How deep a span hangs below its root: `run`, `provision`, … from the root on. */
export function pathOf(span: CollectedSpan, { spans }: Pick<TraceTree, 'spans'>): string[] {
  const byId = new Map(spans.map((one) => [one.spanId, one]));
  const path: string[] = [];
  for (let at: CollectedSpan | undefined = span; at !== undefined; at = byId.get(at.parentSpanId ?? ''))
    path.unshift(at.name);
  return path;
}
