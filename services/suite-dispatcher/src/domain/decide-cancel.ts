import { subjects, type AnyDraft, type AnyRecorded, type Request, type StoredRequest } from '@benchbus/events';
import { isMeantFor } from './early-cancel.ts';
import { rejectedByCancel } from './intake.ts';
import type { RunState } from './run-state.ts';

export type CancelStep =
  | { readonly kind: 'append'; readonly draft: AnyDraft }
  /** It changes nothing, which is no error: the suite is cancelling, leaving or over. */
  | { readonly kind: 'nothing' }
  /** There is no such suite; one may come until then (ms since the epoch) and finds the cancel in REQUESTS. */
  | { readonly kind: 'later'; readonly at: number }
  /** No such suite came in time: whoever asked has to be told. */
  | { readonly kind: 'unknown' };

export interface CancelSituation {
  /** The suite's own aggregate. */
  readonly history: readonly AnyRecorded[];
  /** What was asked of the suite, this cancel included. */
  readonly requests: readonly StoredRequest[];
  /** Every run ended and its release has begun: there is nothing left to cancel. */
  readonly leaving: boolean;
  readonly now: number;
  /** How long a cancel waits for its suite. */
  readonly waitMs: number;
}

/** What a request to cancel a suite comes to, in whatever state the suite is. */
export function decideCancel(cancel: Request<'SuiteCancelRequested'>, situation: CancelSituation): CancelStep {
  const { history, requests, leaving, now, waitMs } = situation;
  const stored = requests.find(({ request }) => request.sequence === cancel.sequence);
  const meantFor = (asked: StoredRequest | undefined) => !stored || !asked || isMeantFor(stored, asked, waitMs);
  const [first] = history;
  if (!first) {
    // Not decided yet: whoever is first, this or the handler of the request itself, the suite never runs.
    const asked = requests.find((one) => one.request.name === 'SuiteRequested' && meantFor(one));
    if (asked) return { kind: 'append', draft: rejectedByCancel(asked.request, cancel) };
    const until = (stored?.storedAt ?? 0) + waitMs;
    return now < until ? { kind: 'later', at: until } : { kind: 'unknown' };
  }
  if (first.name !== 'SuiteAccepted') return { kind: 'nothing' };
  if (!meantFor(requests.find(({ request }) => request.id === first.data.requestId))) return { kind: 'unknown' };
  if (history.length > 1 || leaving) return { kind: 'nothing' };
  const { reason } = cancel.data;
  const common = { subject: subjects.suite(cancel.suiteId), cause: first.id, correlation: cancel.suiteId };
  return { kind: 'append', draft: { ...common, name: 'SuiteCancelling', data: { reason } } };
}

/** Nothing is left to cancel of a run whose release has begun, or that ended without holding anything. */
export const isLeaving = (run: RunState | undefined): boolean =>
  run?.ended !== undefined && (run.releaseRequested !== undefined || run.networkRequested === undefined);
