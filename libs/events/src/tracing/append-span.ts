import { context, SpanKind, type Link } from '@opentelemetry/api';
import { VersionConflict } from '../bus/errors.ts';
import type { Appended } from '../bus/event-log.ts';
import type { Draft } from '../bus/recorded-event.ts';
import type { EventName } from '../schemas/catalog.ts';
import { anchorOf, appendSpanId, type Placed } from './anchors.ts';
import { isTracing, withIds } from './given-ids.ts';
import { activeAnchor, failSpan, linksTo, tracer, underAnchor } from './in-span.ts';
import { publishAttributes, templateOf } from './message-attributes.ts';
import type { SuiteTraces } from './suite-traces.ts';
import { workAttributes } from './work-attributes.ts';

/**
 * A fact that is about several suites has its span in the trace of one: it links to the others' traces, and what each goes on
 * with from there links back to it.
 */
export function linksOfDraft(
  { correlation, traced }: Pick<Draft, 'correlation' | 'traced'>,
  traces: SuiteTraces,
): Link[] {
  const others = (traced?.suites ?? []).filter((suite) => suite !== correlation);
  const { after } = traced ?? {};
  return linksTo(
    ...[...new Set(others)].map((suite) => traces.contextOf({ suite })),
    after && { ...traces.contextOf({ suite: after.suite }), spanId: appendSpanId(after.eventId) },
  );
}

/**
 * The producer's span of an append, whose id follows from the event's: made when it is known whether this call was the one
 * that appended it, for two processes may decide the same.
 */
export async function tracedAppend<N extends EventName>(
  draft: Draft,
  traces: SuiteTraces,
  append: () => Promise<Appended<N>>,
): Promise<Appended<N>> {
  if (!isTracing()) return append();
  const startTime = Date.now();
  const anchor = anchorOf(draft as Placed);
  // What nobody's work led to (a timer, a look around) hangs on what it is about.
  const parent =
    activeAnchor() === undefined && anchor !== undefined ? underAnchor(traces.contextOf(anchor)) : context.active();
  const start = (outcome: string, id: string) =>
    tracer().startSpan(
      `publish ${templateOf(draft.subject)}`,
      {
        startTime,
        links: linksOfDraft(draft, traces),
        kind: SpanKind.PRODUCER,
        attributes: {
          ...publishAttributes(draft.subject, id),
          ...(anchor === undefined ? {} : workAttributes(anchor)),
          'benchbus.event': draft.name,
          'benchbus.append.outcome': outcome,
        },
      },
      parent,
    );
  try {
    const appended = await append();
    const { outcome, event } = appended;
    const begin = () => start(outcome, event.id);
    (outcome === 'appended' ? withIds({ spanId: appendSpanId(event.id) }, begin) : begin()).end();
    return appended;
  } catch (error) {
    // Somebody else was faster: nothing has failed.
    const conflict = error instanceof VersionConflict;
    const span = start(conflict ? 'conflict' : 'failed', '');
    if (!conflict) failSpan(span, error);
    span.end();
    throw error;
  }
}
