import { problemOf, VersionConflict, type Draft, type EventLog } from '@benchbus/events';
import type { Logger } from 'pino';
import { decide } from '../domain/decide.ts';
import { nextDeadline } from '../domain/decide-rejections.ts';
import type { Intent } from '../domain/intent.ts';
import type { GrantLock } from './grant-lock.ts';
import type { Projection } from './projection.ts';
import { Wake } from './wake.ts';

export interface AllocatorOptions {
  readonly log: EventLog;
  readonly projection: Projection;
  readonly lock: GrantLock;
  readonly logger: Logger;
  /** How long a fact that is in the log may take to arrive here, before its aggregate is set aside. */
  readonly catchUpMs: number;
  /** How long an aggregate is set aside after an append to it failed. */
  readonly setAsideMs: number;
  readonly now?: () => number;
}

/**
 * The loop: decide → append the first intent at the version the projection has → wait until the projection holds the outcome →
 * decide again. Sleeps until an event or a deadline. Several replicas may do this at once: the log lets one of them through,
 * and the others decide again on what happened.
 */
export class Allocator {
  readonly #options: AllocatorOptions;
  readonly #now: () => number;
  readonly #stopping = new AbortController();
  readonly #wake: Wake;
  /** Aggregates an append to which failed, and until when others go first. */
  readonly #setAside = new Map<string, number>();
  #forget: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: AllocatorOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#wake = new Wake(this.#now);
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
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const intent = this.#next();
      if (intent === undefined) await this.#wake.wait(this.#nextTime());
      else await this.#execute(intent);
    }
  }

  #next(): Intent | undefined {
    const now = this.#now();
    for (const [subject, until] of this.#setAside) if (until <= now) this.#setAside.delete(subject);
    return decide(this.#options.projection.state, now).find(({ draft }) => !this.#setAside.has(draft.subject));
  }

  /** Deadlines that passed already are answered by an intent, or wait for an aggregate that is set aside. */
  #nextTime(): number | undefined {
    const deadline = nextDeadline(this.#options.projection.state, this.#now());
    return [...this.#setAside.values(), ...(deadline === undefined ? [] : [deadline])].toSorted((a, b) => a - b)[0];
  }

  async #execute(intent: Intent): Promise<void> {
    if (!intent.contended) return this.#append(intent);
    await this.#options.lock.around(intent.draft.subject, async () => {
      // Whoever had the lock before us has changed what we decided on.
      const again = this.#next();
      if (again !== undefined && again.draft.subject === intent.draft.subject) await this.#append(again);
    });
  }

  async #append({ draft, expected }: Intent): Promise<void> {
    const { log, logger } = this.#options;
    const what = { event: draft.name, subject: draft.subject, expected };
    try {
      const { event, outcome } = await log.append(draft as Draft, expected);
      logger.info({ ...what, outcome, sequence: event.sequence, cause: draft.cause }, 'appended');
    } catch (error) {
      if (!(error instanceof VersionConflict)) {
        logger.error({ ...what, ...problemOf(error), err: error }, 'append failed; other aggregates go first');
        return this.#putAside(draft.subject);
      }
      logger.debug(what, 'another replica was first');
    }
    await this.#catchUp(draft.subject, expected);
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
