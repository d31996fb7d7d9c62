import { createHash } from 'node:crypto';
import { TraceFlags, type SpanContext } from '@opentelemetry/api';
import { parseSubject } from '../bus/subjects.ts';
import type { Draft } from '../bus/recorded-event.ts';

/**
 * A suite, one of its runs, an attempt of a stage: what spans of a suite hang on. Their ids follow from their names, so that
 * every process can name one as a parent long before the dispatcher sends it, at the suite's end: whoever is killed in between
 * takes no span with him that others have named.
 */
export interface Anchor {
  readonly suite: string;
  readonly run?: string;
  readonly stage?: string;
  readonly attempt?: number;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** 16 hex digits; the same for the same parts. */
const spanIdOf = (...parts: readonly (string | number)[]): string => digest(`span/${parts.join('/')}`).slice(0, 16);

/** Where the client did not bring one. Two logs may have suites of the same name. */
export const suiteTraceId = (incarnation: string, suiteId: string): string =>
  digest(`trace/${incarnation}/${suiteId}`).slice(0, 32);

export const anchorSpanId = ({ suite, run, stage, attempt }: Anchor): string =>
  run === undefined
    ? spanIdOf('suite', suite)
    : stage === undefined
      ? spanIdOf('run', run)
      : spanIdOf('stage', run, stage, attempt ?? 1);

/** Of the span that appended an event: others link to it, knowing no more than the event. */
export const appendSpanId = (eventId: string): string => spanIdOf('append', eventId);

/** What an event is about, as far as it belongs to a suite. */
export type Placed = Pick<Draft, 'name' | 'subject' | 'correlation' | 'data'>;

/** Asked for within a stage whose RunStageStarted stands before them in the log. */
const ASKED_IN: Readonly<Partial<Record<Draft['name'], string>>> = {
  RunNetworkRequested: 'network',
  RunDeploymentRequested: 'provision',
};

/** Of hosts and pools as such. */
const OF_NO_SUITE: ReadonlySet<string> = new Set(['PoolDefined', 'BlocksOccupied', 'BlocksVacated']);

/** What the work that an event leads to hangs on; undefined for facts outside any suite (hosts, pools as such). */
export function anchorOf(event: Placed): Anchor | undefined {
  const { aggregate, ids: [id] = [] } = parseSubject(event.subject) ?? {};
  const suite = event.correlation;
  const data = event.data as { readonly runId?: string; readonly attempt?: number };
  switch (aggregate) {
    case 'suite':
      return { suite };
    case 'run':
    case 'network':
    case 'deployment':
    case 'edge': {
      const stage = ASKED_IN[event.name];
      return { suite, run: id ?? '', ...(stage === undefined ? {} : { stage, attempt: data.attempt ?? 1 }) };
    }
    case 'artifact':
      return data.runId === undefined ? { suite } : { suite, run: data.runId };
    case 'capacity':
    case 'pool':
      // Of a host that announces itself: its correlation is no suite.
      return OF_NO_SUITE.has(event.name) ? undefined : { suite };
    default:
      return undefined;
  }
}

export const anchorContext = (traceId: string, anchor: Anchor): SpanContext => ({
  traceId,
  spanId: anchorSpanId(anchor),
  traceFlags: TraceFlags.SAMPLED,
  isRemote: true,
});
