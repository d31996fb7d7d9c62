import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ServedDocker } from './start-docker.ts';

export interface DockerSeekerOptions {
  /** Undefined: no engine answers. */
  readonly look: () => Promise<ServedDocker | undefined>;
  /** Between looks. An engine tells nobody that it has started; its socket may be there before it answers. */
  readonly intervalMs: number;
  readonly logger: Pick<Logger, 'error'>;
}

/** Looks for an engine until one answers: machines start the provisioner before it, or get Docker later. */
export class DockerSeeker {
  readonly #options: DockerSeekerOptions;
  readonly #over = new AbortController();
  readonly #first: Promise<ServedDocker | undefined>;
  #seeking: Promise<void> = Promise.resolve();

  constructor(options: DockerSeekerOptions) {
    this.#options = options;
    this.#first = options.look();
    this.#first.catch(() => undefined); // `first` and `goOn` tell of it
  }

  /** What answers now, waited for no longer than to the next look: an engine that hangs keeps no other target waiting. */
  first(): Promise<ServedDocker | undefined> {
    const late = delay(this.#options.intervalMs, undefined, { ref: false, signal: this.#over.signal });
    return Promise.race([this.#first, late]);
  }

  /** Goes on until one answers, and is told: again, where `onServed` fails. */
  goOn(onServed: (docker: ServedDocker) => Promise<void>): void {
    this.#seeking = this.#seek(onServed).catch((error: unknown) => {
      if (!this.#over.signal.aborted)
        this.#options.logger.error({ err: error }, 'no Docker engine is looked for any more');
    });
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await this.#seeking;
  }

  async #seek(onServed: (docker: ServedDocker) => Promise<void>): Promise<void> {
    const { look, intervalMs, logger } = this.#options;
    const { signal } = this.#over;
    let found = await this.#first;
    while (!signal.aborted) {
      if (found !== undefined) {
        try {
          return await onServed(found);
        } catch (error) {
          logger.error({ err: error }, 'a Docker engine was found, and is not served yet');
        }
      }
      await delay(intervalMs, undefined, { ref: false, signal });
      found ??= await look();
    }
  }
}
