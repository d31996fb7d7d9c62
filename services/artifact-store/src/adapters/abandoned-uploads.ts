import { problemOf, type EventLog, type Following } from '@benchbus/events';
import type { Logger } from 'pino';

export interface AbandonedUploadsOptions {
  readonly log: EventLog;
  /** Ends the unfinished uploads of a run that was released. */
  readonly abandon: (suiteId: string, runId: string) => Promise<void>;
  /** The same of all that were released before. */
  readonly abandonReleased: () => Promise<void>;
  readonly logger: Logger;
  /** How long a URL may still be used after the release: then it is looked again. */
  readonly urlMs: number;
  /** Pause before what failed is tried again. */
  readonly retryMs: number;
}

/**
 * When a run is released its runners are gone: what they had not finished never will be, and S3 would keep (and bill) its parts
 * for ever.
 */
export class AbandonedUploads {
  readonly #options: AbandonedUploadsOptions;
  #following: Following | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #timers = new Set<NodeJS.Timeout>();
  #working: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: AbandonedUploadsOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    // First the news, then the past: a release between the two is seen twice, not never.
    this.#following = await this.#options.log.follow({
      name: 'artifact-store-abandoned',
      subjects: ['evt.run.>'],
      from: 'now',
      onEvent: (event) => {
        const runId = event.subject.split('.')[2] ?? '';
        if (event.name !== 'RunReleased') return;
        const abandon = () => this.#try(() => this.#options.abandon(event.correlation, runId));
        abandon();
        this.#later(abandon);
      },
    });
    this.#try(this.#options.abandonReleased);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#following?.stop();
    await this.#working;
  }

  #later(act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, this.#options.urlMs);
    this.#timers.add(timer);
  }

  #try(act: () => Promise<void>): void {
    this.#working = this.#working.then(async () => {
      if (this.#stopped) return;
      try {
        await act();
      } catch (error) {
        const { logger, retryMs, abandonReleased } = this.#options;
        logger.warn({ ...problemOf(error), retryMs }, 'unfinished uploads could not be ended');
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#try(abandonReleased), retryMs);
      }
    });
  }
}
