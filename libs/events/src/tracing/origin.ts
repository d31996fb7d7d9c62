import type { Link, SpanContext } from '@opentelemetry/api';
import type { AnyRequest } from '../bus/consume.ts';
import type { AnyRecorded } from '../bus/recorded-event.ts';
import { anchorOf, appendSpanId, type Anchor, type Placed } from './anchors.ts';
import { linksTo } from './in-span.ts';
import type { SuiteTraces } from './suite-traces.ts';
import { readTraceparent } from './traceparent.ts';

/** Where a message comes from, as the work that it leads to is placed in a trace. */
export interface Origin {
  readonly id: string;
  readonly name: string;
  readonly anchor: Anchor | undefined;
  readonly parent: SpanContext | undefined;
  readonly links: readonly Link[];
}

/**
 * Work hangs on the anchor of the event that led to it, and links to whoever appended it: he may be gone without having sent
 * his span, and a message may have waited for hours, or for others.
 */
export function originOfEvent(event: AnyRecorded, traces: SuiteTraces): Origin {
  traces.learnFrom(event);
  const { id, name } = event;
  const anchor = anchorOf(event as Placed);
  if (anchor === undefined) return { id, name, anchor, parent: undefined, links: [] };
  const parent = traces.contextOf(anchor);
  return { id, name, anchor, parent, links: linksTo({ ...parent, spanId: appendSpanId(id) }) };
}

/** A client's own span is the parent, if he has one: the suite's is its child, too. */
export function originOfRequest(request: AnyRequest, traces: SuiteTraces): Origin {
  const { id, name, suiteId: suite, traceparent } = request;
  const begins = name === 'SuiteRequested';
  if (begins) traces.learn(suite, traceparent);
  const anchor = { suite };
  // What is asked of a suite that nobody knows has no trace to be in.
  const own = begins || traces.knows(suite) ? traces.contextOf(anchor) : undefined;
  return { id, name, anchor, parent: readTraceparent(traceparent) ?? own, links: [] };
}
