import { setInterval, setTimeout as delay } from 'node:timers/promises';
import type { KeyObject } from 'node:crypto';
import { problemOf, type EventLog, type Following } from '@benchbus/events';
import { checkpointFile, nextCheckpoint, type CheckpointBody, type CheckpointPlace } from '@benchbus/audit';
import { crashPoint } from '@benchbus/service';
import type { Logger } from 'pino';

export interface CheckpointerOptions {
  readonly log: EventLog;
  readonly place: CheckpointPlace;
  readonly key: KeyObject;
  readonly logger: Logger;
  readonly everyMs: number;
  /** At the end nobody waits for a log that is away. */
  readonly connected: () => boolean;
  /** Events of one checkpoint, at most. */
  readonly maxEvents?: number;
  readonly now?: () => Date;
}

/** A place that says `exists` for ever is not to be asked without end at full speed. */
const EXISTS_PAUSE_MS = 50;

const ENDS = ['SuiteCompleted', 'SuiteFailed', 'SuiteCancelled', 'SuiteRejected'];

/**
 * Signs what the log has, at each suite's end, every `everyMs`, at its start and at its end. Replicas may all do it: the place
 * takes each number once, and whoever comes second goes on from there.
 */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  readonly #abort = new AbortController();
  #following: Following | undefined;
  #ticking: Promise<void> | undefined;
  /** The one at work; `#again`: something came since it read the log. */
  #working: Promise<void> | undefined;
  #again = false;
  #isKeyKept = false;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { log } = this.#options;
    this.#following = await log.follow({
      name: 'artifact-store-checkpoints',
      subjects: ['evt.suite.*'],
      from: 'now',
      onEvent: ({ name }) => {
        if (ENDS.includes(name)) void this.write();
      },
    });
    this.#ticking = this.#tick();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#following?.stop();
    await this.#ticking;
    if (this.#options.connected()) await this.write();
  }

  /** Signs everything that no checkpoint covers yet. A failure is told and tried again at the next occasion. */
  write(): Promise<void> {
    this.#again = true;
    return (this.#working ??= this.#work().finally(() => (this.#working = undefined)));
  }

  async #tick(): Promise<void> {
    await this.write();
    try {
      for await (const _ of setInterval(this.#options.everyMs, undefined, { signal: this.#abort.signal }))
        await this.write();
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
    }
  }

  async #work(): Promise<void> {
    const { logger } = this.#options;
    while (this.#again) {
      this.#again = false;
      try {
        await this.#keepKey();
        while (await this.#writeNext());
      } catch (error) {
        logger.error({ ...problemOf(error), err: error }, 'a checkpoint could not be written; tried again later');
      }
    }
  }

  /** Once; a place that is away now takes it later. */
  async #keepKey(): Promise<void> {
    if (this.#isKeyKept) return;
    await this.#options.place.keepKey(this.#options.key);
    this.#isKeyKept = true;
  }

  /** One checkpoint, if there is something to sign. True: there may be more. */
  async #writeNext(): Promise<boolean> {
    const { log, place, key, logger, maxEvents = 5000, now = () => new Date() } = this.#options;
    const { incarnation } = log;
    const previous = await this.#last();
    const messages = await log.readStored('evt.>', previous?.to ?? 0, maxEvents);
    if (messages.length === 0) return false;
    const file = nextCheckpoint({ incarnation, previous, messages, key, time: now().toISOString() });
    crashPoint('before.checkpoint');
    const outcome = await place.create(file);
    const { number, from, to, keyId } = file.checkpoint;
    if (outcome === 'created') logger.info({ number, from, to, keyId }, 'checkpoint written');
    // Another replica was faster: it may be about to go on.
    if (outcome === 'exists')
      await delay(EXISTS_PAUSE_MS, undefined, { signal: this.#abort.signal }).catch(() => undefined);
    return outcome === 'exists' || messages.length === maxEvents;
  }

  async #last(): Promise<CheckpointBody | undefined> {
    const { log, place } = this.#options;
    const name = (await place.names(log.incarnation)).at(-1);
    if (name === undefined) return undefined;
    const { text } = await place.read(log.incarnation, name);
    return checkpointFile.parse(JSON.parse(text)).checkpoint;
  }
}
