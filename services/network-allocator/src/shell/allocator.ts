import { problemOf, VersionConflict, type Draft, type EventLog } from '@benchbus/events';
import type { Logger } from 'pino';
import { setImmediate as turn } from 'node:timers/promises';
import { decide } from '../domain/decide.ts';
import { nextDeadline } from '../domain/decide-rejections.ts';
import { DEFAULT_RULES, type Intent, type Rules } from '../domain/intent.ts';
import { FirstRight } from './first-right.ts';
import type { GrantLock } from './grant-lock.ts';
import { noMeter, type AllocatorMeter } from './meter.ts';
import type { Projection } from './projection.ts';
import { Wake } from './wake.ts';

export interface AllocatorOptions {
  readonly log: EventLog;
  readonly projection: Projection;
  readonly lock: GrantLock;
  readonly logger: Logger;
  readonly rules?: Omit<Rules, 'busy'>;
  /** How long a fact that is in the log may take to arrive here, before its aggregate is set aside. */
  readonly catchUpMs: number;
  /** How long an aggregate is set aside after an append to it failed. */
  readonly setAsideMs: number;
  /** How long another replica may take to go on from its own fact, before this one does. 0: not at all. */
  readonly yieldMs?: number;
  /** Appends on their way at once, each to another aggregate. */
  readonly inFlight?: number;
  readonly meter?: AllocatorMeter;
  /** Hosts that live, as it is known now. Absent: nobody looks, and all count. */
  readonly living?: () => ReadonlySet<string>;
  readonly now?: () => number;
}

/**
 * The loop: decide → append what was decided, each at the version the projection has → when the projection holds an outcome,
 * decide again. Sleeps until an event or a deadline. Several replicas may do this at once: the log lets one of them through,
 * and the others decide again on what happened.
 */
export class Allocator {
  readonly #options: AllocatorOptions;
  readonly #now: () => number;
  readonly #rules: Omit<Rules, 'busy'>;
  readonly #stopping = new AbortController();
  readonly #wake: Wake;
  /** Aggregates an append to which is on its way. */
  readonly #appending = new Set<string>();
  /** Aggregates an append to which failed, and until when others go first. */
  readonly #setAside = new Map<string, number>();
  readonly #firstRight: FirstRight;
  readonly #meter: AllocatorMeter;
  readonly #open = new Set<Promise<void>>();
  #forget: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: AllocatorOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#rules = options.rules ?? DEFAULT_RULES;
    this.#wake = new Wake(this.#now);
    this.#meter = options.meter ?? noMeter;
    this.#firstRight = new FirstRight(options.yieldMs ?? 0);
  }

  start(): void {
    this.#forget = this.#options.projection.onEvent(() => this.#wake.now());
    this.#running = this.#run();
  }

  /** Decide again: something outside the log changed. */
  wake(): void {
    this.#wake.now();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.now();
    this.#forget();
    await this.#running;
    await Promise.all(this.#open);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const next = this.#startAppends();
      await this.#wake.wait(next);
      // Facts come in bursts: one decision for all that have arrived.
      await turn();
    }
  }

  /** Starts what can be started. Returns when to look again though nothing happens, ms since the epoch. */
  #startAppends(): number | undefined {
    const now = this.#now();
    const most = this.#options.inFlight ?? 64;
    const later = this.#firstRight.sift(this.#next(now), now);
    // Grants and releases go first and are few: the others follow from them.
    for (const intent of later.now) if (intent.contended) this.#execute(intent);
    for (const intent of later.now) if (!intent.contended && this.#appending.size < most) this.#execute(intent);
    // Deadlines that passed already are answered by an intent, or wait for an aggregate that is set aside.
    const deadline = nextDeadline(this.#options.projection.state, now, this.#rules);
    return [...this.#setAside.values(), deadline, later.again].reduce<number | undefined>(
      (first, time) => (time === undefined ? first : Math.min(first ?? time, time)),
      undefined,
    );
  }

  #next(now: number): Intent[] {
    for (const [subject, until] of this.#setAside) if (until <= now) this.#setAside.delete(subject);
    const busy = this.#busy();
    return this.#decide(now, busy).filter(({ draft }) => !busy.has(draft.subject));
  }

  #busy(): Set<string> {
    return new Set([...this.#appending, ...this.#setAside.keys()]);
  }

  #decide(now: number, busy: ReadonlySet<string>): Intent[] {
    const { projection, living } = this.#options;
    return decide(projection.state, now, { ...this.#rules, busy, ...(living && { living: living() }) });
  }

  #execute(intent: Intent): void {
    const { subject } = intent.draft;
    this.#appending.add(subject);
    const appending = (intent.contended ? this.#appendInTurn(subject) : this.#append(intent)).finally(() => {
      this.#appending.delete(subject);
      this.#open.delete(appending);
      this.#wake.now();
    });
    this.#open.add(appending);
  }

  #appendInTurn(subject: string): Promise<void> {
    return this.#options.lock.around(subject, async () => {
      // Whoever had the lock before us has changed what we decided on; and more may have come meanwhile.
      const now = this.#now();
      const busy = this.#busy();
      busy.delete(subject);
      const intent = this.#decide(now, busy).find(({ draft }) => draft.subject === subject);
      if (intent !== undefined && !this.#stopping.signal.aborted) await this.#append(intent);
    });
  }

  async #append({ draft, expected }: Intent): Promise<void> {
    const { log, logger } = this.#options;
    const what = { event: draft.name, subject: draft.subject, expected };
    try {
      const { event, outcome } = await log.append(draft as Draft, expected);
      logger.info({ ...what, outcome, sequence: event.sequence, cause: draft.cause }, 'appended');
      this.#meter.tried(draft.name, outcome === 'appended' ? 'appended' : 'conflict');
      if (outcome === 'appended') {
        this.#firstRight.own(event.id);
        if (draft.name === 'NetworkReserved') this.#meterReserved(draft.subject, event.time);
      }
    } catch (error) {
      if (!(error instanceof VersionConflict)) {
        this.#meter.tried(draft.name, 'failed');
        logger.error({ ...what, ...problemOf(error), err: error }, 'append failed; other aggregates go first');
        return this.#putAside(draft.subject);
      }
      this.#meter.tried(draft.name, 'conflict');
      logger.debug(what, 'another replica was first');
    }
    await this.#catchUp(draft.subject, expected);
  }

  #meterReserved(subject: string, time: string): void {
    const run = this.#options.projection.state.runs.get(subject.split('.')[2] ?? '');
    if (run?.request !== undefined) this.#meter.reserved(Date.parse(time) - run.request.askedAt, run.request.target);
  }

  /** Appended, refused as a duplicate, or lost to another replica: the log has gone past `expected` in each case. */
  async #catchUp(subject: string, expected: number): Promise<void> {
    const { projection, catchUpMs, logger } = this.#options;
    const { signal } = this.#stopping;
    if ((await projection.movedOn(subject, expected, catchUpMs, signal)) || signal.aborted) return;
    logger.error(
      { code: 'PROJECTION_BEHIND', subject, expected, catchUpMs },
      'the log went on, but the event did not arrive here; other aggregates go first',
    );
    this.#putAside(subject);
  }

  #putAside(subject: string): void {
    this.#setAside.set(subject, this.#now() + this.#options.setAsideMs);
  }
}
