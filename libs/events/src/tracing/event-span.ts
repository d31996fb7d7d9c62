import { SpanKind } from '@opentelemetry/api';
import type { AnyRecorded } from '../bus/recorded-event.ts';
import { isTracing } from './given-ids.ts';
import { inSpan, underAnchor } from './in-span.ts';
import { originOfEvent } from './origin.ts';
import { tracesOf } from './suite-traces.ts';
import { duringWork } from './work.ts';
import { workAttributes } from './work-attributes.ts';

/**
 * What a follower does on events, in a span of this name: as a consumer's work, for whoever sees events as they come. It hangs on
 * the first one's suite or run; all that waited for it are links.
 */
export function inEventSpan<T>(name: string, events: readonly AnyRecorded[], fn: () => Promise<T>): Promise<T> {
  const [event] = events;
  if (event === undefined) return fn();
  const origins = events.map((one) => originOfEvent(one, tracesOf(one.incarnation)));
  const { anchor, parent } = origins[0] ?? {};
  const work = { suite: anchor?.suite, run: anchor?.run };
  if (!isTracing()) return duringWork(work, fn);
  const attributes = { ...(anchor === undefined ? {} : workAttributes(anchor)), 'benchbus.event': event.name };
  const links = origins.flatMap((origin) => origin.links);
  const options = { name, kind: SpanKind.CONSUMER, in: underAnchor(parent), links, attributes };
  return duringWork(work, () => inSpan(options, fn));
}
