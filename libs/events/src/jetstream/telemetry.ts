import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { LogFilter, LogLine, Progress, Telemetry, WatchLog } from '../bus/telemetry.ts';
import type { BusLogger } from '../core/logger.ts';
import { logFilterSubject, logSubject, parseLogLine, parseProgress, progressSubject } from '../core/telemetry-codec.ts';
import type { Link } from './link.ts';
import { TELEMETRY_STREAM } from './stream-configs.ts';
import { Tail } from './tail.ts';

/** Plain publications into stream TELEMETRY; while the server is away they are dropped: nobody watches. */
export class NatsTelemetry implements Telemetry {
  readonly #link: Link;
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  readonly #logger: BusLogger;
  readonly #watching = new Set<{ stop(): Promise<void> }>();

  constructor(parts: {
    readonly link: Link;
    readonly js: JetStreamClient;
    readonly jsm: JetStreamManager;
    readonly logger: BusLogger;
  }) {
    this.#link = parts.link;
    this.#js = parts.js;
    this.#jsm = parts.jsm;
    this.#logger = parts.logger;
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
    if (this.#link.outside) return this.#followProgress(progressSubject(runIdOrWildcard), onProgress);
    const subscription = this.#link.nc.subscribe(progressSubject(runIdOrWildcard), {
      callback: (error, msg) => {
        const progress = error === null ? parseProgress(msg.data) : undefined;
        if (progress !== undefined) onProgress(progress);
      },
    });
    if (this.#link.connected) await this.#link.nc.flush();
    return this.#keep(async () => subscription.unsubscribe());
  }

  /** From outside: what a runner publishes comes into the services' account by an import, and the server hands on no such message. */
  async #followProgress(subject: string, onProgress: (progress: Progress) => void): Promise<{ stop(): Promise<void> }> {
    const tail = new Tail(this.#link, this.#js, {
      stream: TELEMETRY_STREAM,
      subjects: [subject],
      from: ((await this.#last(subject))?.seq ?? 0) + 1,
      logger: this.#logger,
      onMessage: ({ data }) => {
        const progress = parseProgress(data);
        if (progress !== undefined) onProgress(progress);
      },
    });
    return this.#keep(() => tail.stop());
  }

  async lastProgress(runId: string): Promise<Progress | undefined> {
    const message = await this.#last(progressSubject(runId));
    return message === null ? undefined : parseProgress(message.data);
  }

  async watchLog(filter: LogFilter, { onLine, onCaughtUp }: WatchLog): Promise<{ stop(): Promise<void> }> {
    const subject = logFilterSubject(filter);
    const last = (await this.#last(subject))?.seq ?? 0;
    let behind = last > 0;
    if (!behind) onCaughtUp?.();
    const tail = new Tail(this.#link, this.#js, {
      stream: TELEMETRY_STREAM,
      subjects: [subject],
      from: 1,
      logger: this.#logger,
      onMessage: ({ data, seq }) => {
        const line = parseLogLine(data);
        if (line !== undefined) onLine(line);
        if (!behind || seq < last) return;
        behind = false;
        onCaughtUp?.();
      },
    });
    return this.#keep(() => tail.stop());
  }

  async close(): Promise<void> {
    await Promise.all([...this.#watching].map((watching) => watching.stop()));
  }

  #last(subject: string) {
    return this.#link.retry(`reading ${subject}`, () =>
      this.#jsm.streams.getMessage(TELEMETRY_STREAM, { last_by_subj: subject }),
    );
  }

  #keep(end: () => Promise<void>): { stop(): Promise<void> } {
    const watching = {
      stop: async () => {
        if (this.#watching.delete(watching)) await end();
      },
    };
    this.#watching.add(watching);
    return watching;
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
