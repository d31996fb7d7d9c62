import { VersionConflict } from '../bus/errors.ts';
import type { Appended, EventLog, Following, FollowOptions, WaitOptions } from '../bus/event-log.ts';
import type { AnyRecorded, Draft } from '../bus/recorded-event.ts';
import { subjectMatches } from '../bus/subjects.ts';
import { Waiters } from '../core/waiters.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import type { EventName } from '../schemas/catalog.ts';

const matches = (filters: readonly string[], { subject }: AnyRecorded): boolean =>
  filters.length === 0 || filters.some((filter) => subjectMatches(filter, subject));

/**
 * The rules of the log (versions, ids, order) without codec, schemas and hashes: for properties over thousands of histories,
 * for which the bus in memory is too slow. Holds what the log it stands for would hold, and no messages.
 */
export class PlainLog implements EventLog {
  readonly incarnation = '00000000-0000-4000-8000-000000000001';
  readonly events: AnyRecorded[];
  readonly #waiters = new Waiters();
  readonly #wakeFollowers = new Set<() => void>();
  readonly #now: () => number;

  /** @param events taken as they are, and added to */
  constructor(now: () => number = Date.now, events: AnyRecorded[] = []) {
    this.#now = now;
    this.events = events;
  }

  async append<N extends EventName>(draft: Draft<N>, expected: number): Promise<Appended<N>> {
    const wide = draft as Draft;
    const before = this.#of(draft.subject);
    const id = [wide.cause, wide.name, wide.discriminator ?? '', wide.attempt ?? ''].join('/');
    const logged = before.find((event) => event.id === id);
    if (logged !== undefined) return { outcome: 'already', event: logged } as Appended<N>;
    if ((before.at(-1)?.sequence ?? 0) !== expected) throw new VersionConflict(draft.subject, expected);
    const event = {
      ...wide,
      id,
      type: wide.name,
      sequence: this.events.length + 1,
      counter: before.length + 1,
      source: 'plain',
      time: new Date(this.#now()).toISOString(),
      hash: '',
      prevHash: '',
      incarnation: this.incarnation,
    } as AnyRecorded;
    this.events.push(event);
    this.#waiters.notify(draft.subject);
    for (const wake of [...this.#wakeFollowers]) wake();
    return { outcome: 'appended', event } as Appended<N>;
  }

  async read(subject: string, after = 0): Promise<AnyRecorded[]> {
    return this.#of(subject).filter(({ sequence }) => sequence > after);
  }

  readStored(): Promise<StoredMessage[]> {
    return Promise.reject(new Error('a plain log holds no messages'));
  }

  async lastSequence(): Promise<number> {
    return this.events.length;
  }

  waitFor<T>(subjects: readonly string[], probe: () => Promise<T | undefined>, options: WaitOptions): Promise<T> {
    return this.#waiters.wait(subjects, probe, () => Promise.resolve(), options);
  }

  async follow({ subjects = [], from, onEvent, onCaughtUp }: FollowOptions): Promise<Following> {
    const last = this.events.length;
    let next = from === 'start' ? 0 : from === 'now' ? last : from - 1;
    let isCaughtUp = next >= last;
    let isPumping = false;
    let isStopped = false;
    const pump = async () => {
      if (isPumping) return;
      isPumping = true;
      while (!isStopped) {
        if (!isCaughtUp && next >= last) {
          isCaughtUp = true;
          await onCaughtUp?.();
        }
        const event = this.events[next];
        if (event === undefined) break;
        next += 1;
        if (matches(subjects, event)) await onEvent(event);
      }
      isPumping = false;
    };
    const wake = () => void pump();
    if (isCaughtUp) await onCaughtUp?.();
    this.#wakeFollowers.add(wake);
    wake();
    return {
      stop: async () => {
        isStopped = true;
        this.#wakeFollowers.delete(wake);
      },
    };
  }

  #of(subject: string): AnyRecorded[] {
    const isExact = !/[*>]/.test(subject);
    return this.events.filter((event) =>
      isExact ? event.subject === subject : subjectMatches(subject, event.subject),
    );
  }
}
