import { namedEffect } from '@benchbus/service';
import { inEventSpan, type AnyRecorded } from '@benchbus/events';
import type { ChainableCommander, Valkey } from 'iovalkey';
import type { Logger } from 'pino';
import { canonicalCidr } from '../domain/cidr.ts';
import { difference, places, reservedAt, type Place } from '../domain/reservations.ts';
import { noteForeign } from '../domain/work.ts';
import type { Projection } from '../shell/projection.ts';

/** The set others read (and may have written to before there was a log). */
export const viewKey = ({ target, hostId }: Place): string => `network:${target}:${hostId}`;
/** What of it was written by benchbus: the rest is foreign. */
export const ownKey = ({ target, hostId }: Place): string => `network-own:${target}:${hostId}`;
/** There as long as the sets are what was written: a server that lost its data has lost this, too. */
export const wholeKey = ({ target, hostId }: Place): string => `network-whole:${target}:${hostId}`;

/** Members of one command: a set of 60,000 does not hold the server up. */
const MEMBERS = 1_000;

/** Both sets at one moment: another allocator's change in between would make our own block look foreign. */
export async function readSets(client: Valkey, place: Place): Promise<{ members: string[]; own: string[] }> {
  const answers = await client.multi().smembers(viewKey(place)).smembers(ownKey(place)).exec();
  const [members, own] = (answers ?? []).map(([error, found]) => {
    if (error !== null) throw error;
    return found as string[]; // SMEMBERS answers with strings
  });
  if (members === undefined || own === undefined) throw new Error('Valkey discarded the transaction');
  return { members, own };
}

export interface ViewOptions {
  readonly client: Valkey;
  readonly projection: Projection;
  readonly logger: Logger;
  /** Members that others wrote were found. */
  readonly onForeign: () => void;
  /** How often to look whether the server still has what was written, ms: nothing tells when it was flushed. */
  readonly checkMs: number;
}

/**
 * A view for others: `network:{target}:{hostId}` holds the CIDRs reserved now. The log stays the truth. A change costs what
 * changed, however much is reserved; all is written anew at start, whenever the connection is back, and when the server has
 * lost it.
 */
export class ValkeyView {
  readonly #options: ViewOptions;
  readonly #client: Valkey;
  /** Blocks that came or went since they were written, by place. */
  #changed = new Map<string, { readonly place: Place; readonly cidrs: Set<string> }>();
  #isQueued = false;
  /** What asked for those changes. */
  readonly #because: AnyRecorded[] = [];
  #queue: Promise<void> = Promise.resolve();
  #forget: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ViewOptions) {
    this.#options = options;
    this.#client = options.client;
  }

  /** Connects in the background; waits for nothing. */
  start(): void {
    this.#forget = this.#options.projection.onEvent((event) => this.#follow(event));
    this.#client.on('ready', () => this.#enqueue('rebuild', () => this.#rebuild()));
    this.#timer = setInterval(() => this.#enqueue('check', () => this.#check()), this.#options.checkMs);
    // Refused now means retried later, by the client's own strategy; its error event has logged it.
    this.#client.connect().catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#forget();
    clearInterval(this.#timer);
    await this.#queue;
  }

  #follow(event: AnyRecorded): void {
    const { state } = this.#options.projection;
    const id = event.subject.split('.')[2] ?? '';
    // A new host may have foreign members of old.
    if (event.name === 'HostAnnounced') this.#enqueue(event.name, () => this.#rebuild((place) => place.hostId === id));
    if (event.name !== 'NetworkReserved' && event.name !== 'NetworkReleased') return;
    const { hostId, cidr } = event.data;
    const target = state.runs.get(id)?.request?.target;
    if (hostId === undefined || cidr === undefined || target === undefined || this.#client.status !== 'ready') return;
    const place = { target, hostId };
    const changed = this.#changed.get(viewKey(place)) ?? { place, cidrs: new Set() };
    this.#changed.set(viewKey(place), changed);
    changed.cidrs.add(cidr);
    this.#because.push(event);
    if (this.#isQueued) return;
    this.#isQueued = true;
    this.#enqueue('change', () => inEventSpan('update view', this.#because.splice(0), () => this.#writeChanges()));
  }

  /** One after the other, so that an older picture never overwrites a newer one. */
  #enqueue(what: string, work: () => Promise<void>): void {
    if (this.#client.status !== 'ready') return;
    this.#queue = this.#queue.then(work).catch((error: unknown) => {
      this.#options.logger.warn(
        { code: 'VALKEY_WRITE', what, reason: String(error) },
        'Valkey was not updated; rebuilt later',
      );
      // What it has now is not known: the next look finds the mark missing, and writes all anew.
      this.#unmark().catch(() => undefined);
    });
  }

  async #writeChanges(): Promise<void> {
    const changes = [...this.#changed.values()];
    this.#changed = new Map();
    this.#isQueued = false;
    for (const { place, cidrs } of changes) {
      // As of now: more may have come since.
      const there = reservedAt(this.#options.projection.state, place);
      const [add, remove] = [
        [...cidrs].filter((cidr) => there.has(cidr)),
        [...cidrs].filter((cidr) => !there.has(cidr)),
      ];
      const answers = await this.#write(place, add, remove, (multi) => multi.exists(wholeKey(place)));
      if (answers?.at(-1)?.[1] !== 1) await this.#put(place);
    }
  }

  async #write(
    place: Place,
    add: readonly string[],
    remove: readonly string[],
    last: (multi: ChainableCommander) => ChainableCommander,
  ) {
    const change = this.#client.multi();
    for (const key of [viewKey(place), ownKey(place)]) {
      for (let from = 0; from < add.length; from += MEMBERS) change.sadd(key, ...add.slice(from, from + MEMBERS));
      for (let from = 0; from < remove.length; from += MEMBERS) change.srem(key, ...remove.slice(from, from + MEMBERS));
    }
    return namedEffect('valkey-update', () => last(change).exec());
  }

  async #rebuild(wanted: (place: Place) => boolean = () => true): Promise<void> {
    for (const place of places(this.#options.projection.state)) if (wanted(place)) await this.#put(place);
  }

  async #check(): Promise<void> {
    const all = places(this.#options.projection.state);
    if (all.length === 0) return;
    const marks = await this.#client.mget(all.map(wholeKey));
    for (const [index, place] of all.entries()) if (marks[index] === null) await this.#put(place);
  }

  async #put(place: Place): Promise<void> {
    const { members, own } = await readSets(this.#client, place);
    const { state } = this.#options.projection;
    const { add, remove, foreign } = difference(reservedAt(state, place), members, own);
    await this.#write(place, add, remove, (multi) => multi.set(wholeKey(place), '1'));
    this.#report(place, foreign);
  }

  async #unmark(): Promise<void> {
    const all = places(this.#options.projection.state);
    if (all.length > 0 && this.#client.status === 'ready') await this.#client.del(all.map(wholeKey));
  }

  #report(place: Place, foreign: readonly string[]): void {
    const { projection, logger, onForeign } = this.#options;
    const known = projection.state.foreign.get(place.hostId) ?? [];
    const added = foreign.filter((cidr) => !known.some((occupied) => occupied.cidr === cidr));
    if (added.length === 0) return;
    logger.warn(
      { code: 'FOREIGN_RESERVATION', key: viewKey(place), members: added },
      'somebody else reserved blocks in Valkey; they will not be granted',
    );
    const ranges = added.filter((cidr) => canonicalCidr(cidr) !== undefined).map((cidr) => ({ cidr, by: 'valkey' }));
    noteForeign(projection.state, place.hostId, [...known, ...ranges]);
    onForeign();
  }
}
