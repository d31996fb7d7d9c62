import { setInterval, setTimeout as delay } from 'node:timers/promises';
import type { KeyObject } from 'node:crypto';
import { problemOf, type EventLog, type Following } from '@benchbus/events';
import {
  checkpointFile,
  checkpointName,
  nextCheckpoint,
  type CheckpointBody,
  type CheckpointPlace,
} from '@benchbus/audit';
import { crashPoint } from '@benchbus/service';
import type { Logger } from 'pino';
import { observeCheckpoints } from './observe-checkpoints.ts';

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
  /** The name of the last one there was: a place lists all it has, page by page. */
  #lastName: string | undefined;
  #coveredAt: number;
  #unobserve: () => void = () => undefined;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#coveredAt = this.#now();
  }

  /** How long ago everything that the log had was signed, or this began, in ms. */
  get age(): number {
    return this.#now() - this.#coveredAt;
  }

  async start(): Promise<void> {
    const { log, everyMs } = this.#options;
    this.#unobserve = observeCheckpoints(() => this.age, everyMs);
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
    this.#unobserve();
  }

  /** Signs everything that no checkpoint covers yet. A failure is told and tried again at the next occasion. */
  write(): Promise<void> {
    this.#again = true;
    return (this.#working ??= this.#work());
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
        const from = this.#now();
        await this.#keepKey();
        while (await this.#writeNext());
        this.#coveredAt = from;
      } catch (error) {
        logger.error({ ...problemOf(error), err: error }, 'a checkpoint could not be written; tried again later');
      }
    }
    // At once, or who comes before the promise is settled would be told of work that does not see him.
    this.#working = undefined;
  }

  /** Once; a place that is away now takes it later. */
  async #keepKey(): Promise<void> {
    if (this.#isKeyKept) return;
    await this.#options.place.keepKey(this.#options.key);
    this.#isKeyKept = true;
  }

  /** One checkpoint, if there is something to sign. True: there may be more. */
  async #writeNext(): Promise<boolean> {
    const { log, place, key, logger, maxEvents = 5000 } = this.#options;
    const { incarnation } = log;
    const previous = await this.#last();
    const messages = await log.readStored('evt.>', previous?.to ?? 0, maxEvents);
    if (messages.length === 0) return false;
    const file = nextCheckpoint({ incarnation, previous, messages, key, time: new Date(this.#now()).toISOString() });
    crashPoint('before.checkpoint');
    const outcome = await place.create(file);
    const { number, from, to, keyId } = file.checkpoint;
    if (outcome === 'created') logger.info({ number, from, to, keyId }, 'checkpoint written');
    this.#lastName = outcome === 'created' ? checkpointName(number) : undefined;
    // Another replica was faster: it may be about to go on.
    if (outcome === 'exists')
      await delay(EXISTS_PAUSE_MS, undefined, { signal: this.#abort.signal }).catch(() => undefined);
    return outcome === 'exists' || messages.length === maxEvents;
  }

  async #last(): Promise<CheckpointBody | undefined> {
    const { log, place } = this.#options;
    const read = async (name: string): Promise<CheckpointBody> =>
      checkpointFile.parse(JSON.parse((await place.read(log.incarnation, name)).text)).checkpoint;
    // One that is not there any more is no beginning to go on from.
    const known = this.#lastName === undefined ? undefined : await read(this.#lastName).catch(() => undefined);
    if (known !== undefined) return known;
    this.#lastName = (await place.names(log.incarnation)).at(-1);
    return this.#lastName === undefined ? undefined : read(this.#lastName);
  }

  #now(): number {
    return (this.#options.now?.() ?? new Date()).getTime();
  }
}
