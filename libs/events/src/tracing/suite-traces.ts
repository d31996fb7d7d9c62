import type { SpanContext } from '@opentelemetry/api';
import type { AnyRecorded } from '../bus/recorded-event.ts';
import { anchorContext, anchorOf, suiteTraceId, type Anchor, type Placed } from './anchors.ts';
import { isTracing } from './given-ids.ts';
import { readTraceparent } from './traceparent.ts';

/** Suites whose trace is remembered, at most: some megabytes. */
const KEPT = 10_000;

/**
 * In which trace each suite is: in its client's, if he brought one, which every event of the suite repeats; else in one that
 * follows from its name.
 */
export class SuiteTraces {
  readonly #incarnation: string;
  readonly #learned = new Map<string, string>();

  constructor(incarnation: string) {
    this.#incarnation = incarnation;
  }

  /** `traceparent`: of a message that belongs to the suite. */
  learn(suiteId: string, traceparent: string | undefined): void {
    // The first one stays: a second request under the same name does not move the suite.
    if (traceparent === undefined || this.#learned.has(suiteId)) return;
    const traceId = readTraceparent(traceparent)?.traceId;
    if (traceId === undefined) return;
    this.#learned.set(suiteId, traceId);
    const [oldest] = this.#learned.keys();
    if (this.#learned.size > KEPT && oldest !== undefined) this.#learned.delete(oldest);
  }

  learnFrom(event: AnyRecorded): void {
    if (event.traceparent !== undefined && anchorOf(event as Placed) !== undefined)
      this.learn(event.correlation, event.traceparent);
  }

  knows = (suiteId: string): boolean => this.#learned.has(suiteId);

  contextOf(anchor: Anchor): SpanContext {
    const traceId = this.#learned.get(anchor.suite) ?? suiteTraceId(this.#incarnation, anchor.suite);
    return anchorContext(traceId, anchor);
  }

  /** What an event of the suite is to carry; undefined where nobody traces. */
  carriedBy(anchor: Anchor | undefined): SpanContext | undefined {
    if (anchor === undefined || (!isTracing() && !this.#learned.has(anchor.suite))) return undefined;
    return this.contextOf(anchor);
  }
}

const ofLogs = new Map<string, SuiteTraces>();

/** Of one log, shared by all of this process that have to do with it. */
export function tracesOf(incarnation: string): SuiteTraces {
  const known = ofLogs.get(incarnation) ?? new SuiteTraces(incarnation);
  ofLogs.set(incarnation, known);
  return known;
}
