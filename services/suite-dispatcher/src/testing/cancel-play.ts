import { subjects, type AnyDraft, type AnyRequest, type Request, type StoredRequest } from '@benchbus/events';
import { expandRuns, type Suite } from '@benchbus/suites';
import { decideCancel, isLeaving } from '../domain/decide-cancel.ts';
import { decideRelease } from '../domain/decide-release.ts';
import { decideRun } from '../domain/decide-run.ts';
import { cancelRun, decideSuite } from '../domain/decide-suite.ts';
import { earlyCancel } from '../domain/early-cancel.ts';
import { intake, rejectedByCancel } from '../domain/intake.ts';
import type { Surroundings } from '../domain/step.ts';
import { othersAnswer, Story } from './story.ts';

export const SUITE = 'suite';
export const WAIT_MS = 30_000;
const RELEASE_TIMEOUT_MS = 1_000;

/**
 * The dispatcher's decisions played on a log in memory, one at a time and in any order. `lag` is how many of the newest
 * events the one who decides has not seen yet: a slow replica, or a message delivered again. As in the real log, an append
 * counts only at the version that was read, and an id only once.
 */
export class CancelPlay {
  readonly story = new Story();
  readonly requests: StoredRequest[] = [];
  readonly runIds: readonly string[];
  readonly #suite: Suite;
  readonly #started = new Set<string>();

  constructor(suite: Suite) {
    this.#suite = suite;
    this.runIds = expandRuns(SUITE, suite).map(({ runId }) => runId);
  }

  get names(): string[] {
    return this.story.events.map(({ name }) => name);
  }

  /** A client publishes; the server stores. */
  publish(name: 'SuiteRequested' | 'SuiteCancelRequested'): AnyRequest {
    const sequence = this.requests.length + 1;
    const common = { suiteId: SUITE, id: `request-${sequence}`, source: 'test', time: '', sequence };
    const request: AnyRequest =
      name === 'SuiteRequested'
        ? { ...common, name, data: { suite: this.#suite } }
        : { ...common, name, data: { reason: `cancel ${sequence}` } };
    this.requests.push({ request, storedAt: this.story.now });
    return request;
  }

  /** The dispatcher is handed a request. `unseen`: how many of the newest requests it had not read yet. */
  deliver(request: AnyRequest, unseen = 0): void {
    const { story } = this;
    const requests = this.requests.slice(0, Math.max(request.sequence, this.requests.length - unseen));
    const history = story.of(`evt.suite.${SUITE}`);
    if (request.name === 'SuiteRequested') {
      const cancel = earlyCancel(requests, request.id, WAIT_MS);
      if (history.length > 0) return;
      story.append(cancel ? rejectedByCancel(request, cancel) : intake(request, { ok: true, suite: this.#suite }));
    } else if (request.name === 'SuiteCancelRequested') {
      const step = this.cancelStep(request, requests);
      if (step.kind === 'append') story.append(step.draft);
    }
  }

  cancelStep(cancel: Request<'SuiteCancelRequested'>, requests: readonly StoredRequest[] = this.requests) {
    const { accepted, runs } = this.story.suite();
    const leaving = accepted !== undefined && this.runIds.every((runId) => isLeaving(runs.get(runId)));
    const history = this.story.of(`evt.suite.${SUITE}`);
    return decideCancel(cancel, { history, requests, leaving, now: this.story.now, waitMs: WAIT_MS });
  }

  /** Asks to cancel, and has it handled. */
  cancel(): void {
    this.deliver(this.publish('SuiteCancelRequested'));
  }

  /** The suite's own next actions; returns whether one changed the log. */
  reactor(lag = 0): boolean {
    const actions = decideSuite(SUITE, this.#seen(lag).suite());
    return actions
      .map((action) => action.kind === 'append' && this.#append(action.draft, action.expected))
      .some(Boolean);
  }

  release(runId: string, lag = 0): boolean {
    const seen = this.#seen(lag);
    const view = seen.view(runId);
    const endKeep = seen.suite().cancelling ? 'cancelled' : undefined;
    const step = decideRelease(view, { now: this.story.now, releaseTimeoutMs: RELEASE_TIMEOUT_MS, endKeep });
    return step.kind === 'append' && this.#append(step.draft, view.run.version);
  }

  /** The run's task in the engine: it is there once the suite wanted the run started, whatever the suite wants since. */
  benchRun(runId: string, lag = 0): boolean {
    const seen = this.#seen(lag);
    for (const action of decideSuite(SUITE, seen.suite())) if (action.kind === 'start') this.#started.add(action.runId);
    if (!this.#started.has(runId)) return false;
    const around: Surroundings = {
      now: this.story.now,
      targets: new Set(['local']),
      lost: new Set(),
      cancelling: seen.suite().cancelling !== undefined,
      settled: new Set(),
    };
    const view = seen.view(runId);
    const step = decideRun(view, around);
    return step.kind === 'append' && this.#append(step.draft, view.run.version);
  }

  /** Somebody cancelled the run's task in the engine, and the reconciler found it. */
  engineCancel(runId: string): void {
    const run = this.story.suite().runs.get(runId);
    if (run?.stages.network === undefined || run.cancelling || run.ended) return;
    for (const action of cancelRun(SUITE, runId, run, 'in the engine')) {
      if (action.kind === 'append') this.#append(action.draft, action.expected);
    }
  }

  others(runId: string): boolean {
    return this.story.view(runId).run.queued !== undefined && othersAnswer(this.story, runId);
  }

  /** Whoever is asked now says no: no host, or the database does not come up. */
  breaks(runId: string): void {
    const { run, network, edges } = this.story.view(runId);
    const refused = { attempt: 1, problem: { code: 'BROKEN', message: 'it is' } };
    if (run.networkRequested && network.size === 0) {
      this.story.fact('NetworkRejected', subjects.network(runId), refused);
    } else if (run.stages.database && !edges.get('pg')?.database.has(1)) {
      this.story.fact('DatabaseFailed', subjects.edge(runId, 'pg'), refused);
    }
  }

  /** Everybody does what there is to do, until the log stands still; with `work`, runs go on, too. */
  settle({ work = true, until = () => false }: { work?: boolean; until?: () => boolean } = {}): void {
    for (let turn = 0; turn < 1000 && !until(); turn += 1) {
      const moved = [
        () => this.reactor(),
        ...this.runIds.map((runId) => () => this.release(runId)),
        ...(work ? this.runIds.map((runId) => () => this.benchRun(runId)) : []),
        ...this.runIds.map((runId) => () => this.others(runId)),
      ].some((act) => !until() && act());
      if (!moved) return;
    }
  }

  #seen(lag: number): Story {
    if (lag === 0) return this.story;
    const seen = new Story();
    seen.now = this.story.now;
    seen.events.push(...this.story.events.slice(0, Math.max(0, this.story.events.length - lag)));
    return seen;
  }

  #append(draft: AnyDraft, expected: number): boolean {
    const before = this.story.of(draft.subject);
    if ((before.at(-1)?.sequence ?? 0) !== expected) return false;
    const event = this.story.append(draft);
    const double = before.some(({ id }) => id === event.id);
    if (double) this.story.events.pop();
    return !double;
  }
}
