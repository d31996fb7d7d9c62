import { problemOf, type EventLog, type Following, type ParkedLetter } from '@benchbus/events';
import type { Logger } from 'pino';
import { dueAt, nextDue, retain, type Due, type Retention } from '../domain/retention.ts';

/** setTimeout fires at once beyond this. */
const LONGEST_MS = 2 ** 31 - 1;

export interface RetentionTimerOptions {
  readonly log: EventLog;
  readonly expire: (due: Due) => Promise<void>;
  /** A fact about an artifact could not be taken in, and was skipped. */
  readonly settleParked: (letter: ParkedLetter) => Promise<void>;
  readonly logger: Logger;
  /** Pause after an expiry that failed. */
  readonly retryMs: number;
  readonly retain?: typeof retain;
}

/** One timer for the earliest expiry, armed from the log. Several replicas may expire the same artifact: all steps are idempotent. */
export class RetentionTimer {
  readonly #options: RetentionTimerOptions;
  readonly #retention: Retention = new Map();
  #following: Following | undefined;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();
  #ready = false;
  #stopped = false;

  constructor(options: RetentionTimerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#following = await this.#options.log.follow({
      name: 'artifact-store-retention',
      subjects: ['evt.artifact.>'],
      from: 'start',
      onEvent: (event) => {
        (this.#options.retain ?? retain)(this.#retention, event);
        if (this.#ready) this.#arm();
      },
      onParked: this.#options.settleParked,
      // Not before: what is to expire may have expired already, further on in the log.
      onCaughtUp: () => {
        this.#ready = true;
        this.#arm();
      },
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#working;
    await this.#following?.stop();
  }

  #arm(notBefore = 0): void {
    clearTimeout(this.#timer);
    const next = nextDue(this.#retention);
    if (next === undefined || this.#stopped) return;
    const delay = Math.max(notBefore, Math.min(LONGEST_MS, next - Date.now()), 0);
    this.#timer = setTimeout(() => {
      this.#working = this.#working.then(() => this.#expireDue());
    }, delay);
  }

  async #expireDue(): Promise<void> {
    const { expire, logger, retryMs } = this.#options;
    let failed = false;
    for (const due of dueAt(this.#retention, Date.now())) {
      if (this.#stopped) return;
      try {
        await expire(due);
        this.#retention.delete(due.artifactId);
      } catch (error) {
        failed = true;
        logger.error({ ...problemOf(error), err: error, key: due.key, retryMs }, 'an artifact could not be expired');
      }
    }
    this.#arm(failed ? retryMs : 0);
  }
}
