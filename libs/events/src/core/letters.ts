import type { DeadLetter, ParkedLetter } from '../bus/consume.ts';
import type { DeadLetterDetails, DeadLetters, DeadLetterSummary } from '../bus/dead-letters.ts';
import { BenchbusError, problemOf } from '../bus/errors.ts';
import { encodeHeaderValue } from '../envelope/percent.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import {
  keepsBody,
  letterId,
  letterSubject,
  nextEntry,
  originalOf,
  parkedEntry,
  parkedSequenceOf,
  stateOf,
  type NewEntry,
  type StoredEntry,
} from './dead-letter.ts';
import { countLetter } from '../tracing/letter-metrics.ts';
import { OpenLetters } from './open-letters.ts';
import { historyOf, stackOfEntry, summaryOf } from './letter-views.ts';

/** The stream DEADLETTERS, and the streams its letters are from: JetStream or memory. */
export interface LetterStore {
  readonly maxPayload: number;
  /** Every entry, in order; after this sequence. */
  entries(after?: number): Promise<StoredEntry[]>;
  /** Those that have an entry. */
  subjects(): Promise<string[]>;
  /** Appends if the subject's last sequence is `expected` (0: it has none). False: it is not. */
  append(subject: string, expected: number, entry: NewEntry): Promise<boolean>;
  /** The subject's last sequence; 0: it has none. */
  lastOf(subject: string): Promise<number>;
  erase(sequence: number): Promise<void>;
  /** One message of any stream; undefined where it is gone. */
  message(stream: string, sequence: number): Promise<StoredMessage | undefined>;
}

interface Letter extends DeadLetterSummary {
  readonly entries: readonly StoredEntry[];
  readonly last: StoredEntry;
  /** Undefined once dropped. */
  readonly parked: StoredEntry | undefined;
}

const STREAM = 'DEADLETTERS';

/** The letters of a store: parked by services, looked at and settled by people. */
export class Letters implements DeadLetters {
  readonly #store: LetterStore;
  readonly #open: OpenLetters;

  constructor(store: LetterStore) {
    this.#store = store;
    this.#open = new OpenLetters(store);
  }

  /**
   * Parks a message once, whoever comes again with it: a replica, a follower after a restart, the same one after a crash.
   * @param after the entry by which it was redriven; 0: it comes from its stream
   */
  async park(
    by: { readonly service: string; readonly consumer: string; readonly redrivable?: boolean },
    letter: DeadLetter,
    after = 0,
  ): Promise<ParkedLetter> {
    const entry = parkedEntry(letter, this.#store.maxPayload, by.redrivable ?? true);
    const subject = letterSubject(by.service, by.consumer, letter);
    if (await this.#store.append(subject, after, entry)) countLetter(by, letter.problem.code);
    return { ...letter, id: letterId(subject) };
  }

  /** The message that an entry hands out again; undefined where it does not, or where it was dropped meanwhile. */
  async redriven(entry: StoredMessage): Promise<(StoredMessage & { readonly stream: string }) | undefined> {
    // What was redriven before the consumers of a restored log began anew is over.
    if (stateOf(entry) !== 'redriven' || (await this.#store.lastOf(entry.subject)) !== entry.sequence) return undefined;
    const parked = await this.#store.message(STREAM, parkedSequenceOf(entry));
    if (parked === undefined) return undefined;
    const original = await this.#original(parked);
    if (original === undefined) throw bodyGone(parked);
    return original;
  }

  /** The redriven message was handled: the letter is over. */
  async handled(entry: StoredMessage): Promise<void> {
    if (stateOf(entry) !== 'redriven') return;
    const named = { ...entry, sequence: parkedSequenceOf(entry) };
    await this.#store.append(entry.subject, entry.sequence, nextEntry(named, 'handled', {}));
  }

  open(): Promise<ReadonlyMap<string, number>> {
    return this.#open.byConsumer();
  }

  async list({ all = false }: { readonly all?: boolean } = {}): Promise<DeadLetterSummary[]> {
    const letters = await this.#letters();
    return letters
      .filter(({ state }) => all || state === 'parked' || state === 'redriven')
      .map(summaryOnly)
      .sort((a, b) => b.time.localeCompare(a.time));
  }

  async read(id: string): Promise<DeadLetterDetails> {
    const letter = await this.#find(id);
    const { entries, parked } = letter;
    const original = parked && (await this.#original(parked));
    return {
      ...summaryOnly(letter),
      headers: parked === undefined ? {} : originalOf(parked).headers,
      ...(original === undefined ? {} : { body: original.body }),
      stack: stackOfEntry(parked),
      history: historyOf(entries),
    };
  }

  async redrive(id: string, by: string): Promise<DeadLetterSummary> {
    const letter = await this.#find(id);
    const { parked, state } = letter;
    if (parked === undefined || state === 'handled' || state === 'dropped') throw over(letter);
    if (state === 'redriven') throw refused('LETTER_REDRIVEN', letter, 'is on its way already', 'is its service up?');
    if (!letter.redrivable)
      throw refused('LETTER_NOT_REDRIVABLE', letter, 'was skipped by a follower of the log', 'restart its service');
    if ((await this.#original(parked)) === undefined) throw bodyGone(parked);
    await this.#next(letter, nextEntry(parked, 'redriven', { 'dead-by': encodeHeaderValue(by) }));
    return { ...summaryOnly(letter), state: 'redriven', redrives: letter.redrives + 1 };
  }

  async drop(id: string, by: string): Promise<DeadLetterSummary> {
    const letter = await this.#find(id);
    if (letter.parked === undefined || letter.state === 'handled' || letter.state === 'dropped') throw over(letter);
    const more = { 'dead-by': encodeHeaderValue(by), 'dead-attempts': String(letter.attempts) };
    const entry = nextEntry(letter.parked, 'dropped', more);
    const parkings = letter.entries.filter((entry) => stateOf(entry) === 'parked');
    const erase = () => Promise.all(parkings.map(({ sequence }) => this.#store.erase(sequence)));
    try {
      await this.#next(letter, entry);
      await erase();
    } catch (error) {
      if (problemOf(error).code !== 'DEADLETTERS_FULL') throw error;
      // Dropping is what makes room: here the record comes last.
      await erase();
      await this.#store.append(letter.last.subject, await this.#store.lastOf(letter.last.subject), entry);
    }
    return { ...summaryOnly(letter), state: 'dropped' };
  }

  async #next(letter: Letter, entry: NewEntry): Promise<void> {
    const appended = await this.#store.append(letter.last.subject, letter.last.sequence, entry);
    if (!appended) throw refused('LETTER_CHANGED', letter, 'changed meanwhile', 'look at it, and try again');
  }

  async #letters(): Promise<Letter[]> {
    // Map.groupBy, which Node 20 does not have.
    const bySubject = new Map<string, StoredEntry[]>();
    for (const entry of await this.#store.entries()) {
      const others = bySubject.get(entry.subject);
      if (others === undefined) bySubject.set(entry.subject, [entry]);
      else others.push(entry);
    }
    return [...bySubject.values()].flatMap((entries) => {
      const [summary, last] = [summaryOf(entries), entries.at(-1)];
      const parked = entries.findLast((entry) => stateOf(entry) === 'parked');
      return summary && last ? [{ ...summary, entries, last, parked }] : [];
    });
  }

  async #find(id: string): Promise<Letter> {
    const found = id === '' ? [] : (await this.#letters()).filter((letter) => letter.id.startsWith(id));
    const [letter] = found;
    if (letter !== undefined && found.length === 1) return letter;
    const hint = '`benchbus dead-letters list --all` shows their ids';
    if (letter === undefined)
      throw new BenchbusError({ code: 'LETTER_UNKNOWN', message: `there is no dead letter ${id}`, hint });
    const message = `${found.length} dead letters begin with ${id}: ${found.map((one) => one.id).join(', ')}`;
    throw new BenchbusError({ code: 'LETTER_AMBIGUOUS', message, hint });
  }

  /** As kept here, or still in its stream; undefined where it is nowhere. */
  async #original(parked: StoredMessage): Promise<(StoredMessage & { readonly stream: string }) | undefined> {
    const original = originalOf(parked);
    if (keepsBody(parked)) return original;
    const message = await this.#store.message(original.stream, original.sequence);
    return message && { ...original, body: message.body };
  }
}

const summaryOnly = ({ entries: _entries, last: _last, parked: _parked, ...summary }: Letter): DeadLetterSummary =>
  summary;

const refused = (code: string, { id, subject, sequence }: DeadLetterSummary, what: string, hint: string) =>
  new BenchbusError({ code, message: `dead letter ${id} ${what}`, where: `${subject} @ ${sequence}`, hint });

const over = (letter: Letter) =>
  refused('LETTER_OVER', letter, `was ${letter.state} already`, '`benchbus dead-letters show` tells by whom');

function bodyGone(parked: StoredMessage): BenchbusError {
  const { subject, sequence, stream } = originalOf(parked);
  return new BenchbusError(
    {
      code: 'LETTER_BODY_GONE',
      message: `the message was not kept, because it may hold a secret or is too large, and ${stream} does not have it any more`,
      where: `${subject} @ ${sequence}`,
      hint: 'ask for it anew, then drop this letter',
    },
    { permanent: true },
  );
}
