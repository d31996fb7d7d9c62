import { poolIntent } from './decide-pools.ts';
import { isReleasing } from './decide-releases.ts';
import { holdingsOf, isEmpty, strays } from './holdings.ts';
import { impossible } from './impossible.ts';
import { openRequest, type NetworkRequest, type Run, type State } from './state.ts';

/** Puts the run where it belongs now. To be called after each fact that concerns it. */
export function reviewRun(state: State, run: Run): void {
  const { work } = state;
  const request = state.runs.get(run.runId) === run ? openRequest(run) : undefined;
  const known = work.known.get(run);
  if (known !== undefined && known !== request) forgetRequest(state, run, known);
  if (request !== undefined) placeRequest(state, run, request, known !== request);
  if (state.runs.get(run.runId) === run && hasToGiveBack(state, run)) work.releasing.add(run);
  else work.releasing.delete(run);
  // Whoever asks later came later than any of these.
  if (work.exclusive.size === 0) state.served.clear();
}

/** Does the run have something to give back, or its end to tell? */
export const hasToGiveBack = (state: State, run: Run): boolean => isReleasing(run) || !isEmpty(strays(state, run));

function placeRequest(state: State, run: Run, request: NetworkRequest, isNew: boolean): void {
  const { work } = state;
  const isWaiting = isEmpty(holdingsOf(state, run));
  if (isWaiting) {
    work.progress.delete(run);
    work.waiting.add([0, request.sequence], run);
    if (request.sharing === 'exclusive') work.exclusive.add(run);
  } else {
    unqueue(state, run, request);
    work.progress.add(run);
  }
  if (!isNew) return;
  work.known.set(run, request);
  work.deadlines.add([request.deadlineAt, request.sequence], run);
  reviewHope(state, run, request);
}

function reviewHope(state: State, run: Run, request: NetworkRequest): void {
  if (impossible(state, request) === undefined) state.work.hopeless.delete(run);
  else state.work.hopeless.add(run);
}

function unqueue({ work }: State, run: Run, request: NetworkRequest): void {
  work.waiting.delete([0, request.sequence]);
  work.exclusive.delete(run);
}

function forgetRequest(state: State, run: Run, request: NetworkRequest): void {
  const { work } = state;
  unqueue(state, run, request);
  work.progress.delete(run);
  work.deadlines.delete([request.deadlineAt, request.sequence]);
  work.hopeless.delete(run);
  work.known.delete(run);
}

/** Hosts or pools changed: what could be met before may not be any more, and the other way round. */
export function reviewHopes(state: State): void {
  for (const [run, request] of state.work.known) reviewHope(state, run, request);
}

/** A pool, or what is announced of it, changed. */
export function reviewPool(state: State, subject: string): void {
  if (poolIntent(state, subject) === undefined) state.work.pools.delete(subject);
  else state.work.pools.add(subject);
}

/** The place of a reservation, as Valkey names it. */
export const placeName = (target: string, hostId: string): string => `${target}:${hostId}`;
