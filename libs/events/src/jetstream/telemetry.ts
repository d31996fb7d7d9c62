import type { LogLine, Progress, Telemetry } from '../bus/telemetry.ts';
import type { BusLogger } from '../core/logger.ts';
import { logSubject, parseProgress, progressSubject } from '../core/telemetry-codec.ts';
import type { Link } from './link.ts';

/** Plain publications into stream TELEMETRY; while the server is away they are dropped: nobody watches. */
export class NatsTelemetry implements Telemetry {
  readonly #link: Link;
  readonly #logger: BusLogger;
  readonly #watching = new Set<{ stop(): Promise<void> }>();

  constructor(link: Link, logger: BusLogger) {
    this.#link = link;
    this.#logger = logger;
  }

  progress(progress: Progress): void {
    this.#publish(() => progressSubject(progress.runId), progress);
  }

  log(line: LogLine): void {
    this.#publish(() => logSubject(line), line);
  }

  async watchProgress(
    runIdOrWildcard: string,
    onProgress: (progress: Progress) => void,
  ): Promise<{ stop(): Promise<void> }> {
    const subscription = this.#link.nc.subscribe(progressSubject(runIdOrWildcard), {
      callback: (error, msg) => {
        const progress = error === null ? parseProgress(msg.data) : undefined;
        if (progress !== undefined) onProgress(progress);
      },
    });
    if (this.#link.connected) await this.#link.nc.flush();
    const watching = {
      stop: async () => {
        this.#watching.delete(watching);
        subscription.unsubscribe();
      },
    };
    this.#watching.add(watching);
    return watching;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#watching].map((watching) => watching.stop()));
  }

  #publish(subject: () => string, value: object): void {
    if (!this.#link.connected) return;
    try {
      this.#link.nc.publish(subject(), JSON.stringify(value));
    } catch (error) {
      this.#logger.debug({ error: String(error) }, 'telemetry was dropped');
    }
  }
}
