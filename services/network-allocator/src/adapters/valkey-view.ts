import { namedEffect } from '@benchbus/service';
import { inEventSpan, type AnyRecorded } from '@benchbus/events';
import type { ChainableCommander, Valkey } from 'iovalkey';
import type { Logger } from 'pino';
import {
  difference,
  isReservedAt,
  noteForeign,
  places,
  reservedAt,
  type NetworkNames,
  type Place,
} from '../domain/reservations.ts';
import type { Projection } from '../shell/projection.ts';

/** As the predecessor spells the targets that it has, too: its reservations and ours stand in one set. */
const SPELLED: Readonly<Record<string, string>> = { docker: 'TARGET_DOCKER', yandex: 'TARGET_YANDEX_CLOUD' };

type Named = Pick<Place, 'target' | 'name'>;
const keyOf = (kind: string, { target, name }: Named): string => `${kind}:${SPELLED[target] ?? target}:${name}`;

/** The set others read (and may have written to before there was a log). */
export const viewKey = (place: Named): string => keyOf('network', place);
/** What of it this installation wrote: the rest is foreign, another installation's among it. */
export const ownKey = (place: Named, installation: string): string => keyOf(`network-own:${installation}`, place);
/** There as long as the sets are what was written: a server that lost its data has lost this, too. */
const wholeKey = (place: Named, installation: string): string => keyOf(`network-whole:${installation}`, place);

/** Members of one command: a set of 60,000 does not hold the server up. */
const MEMBERS = 1_000;

type Answers = Awaited<ReturnType<ChainableCommander['exec']>>;

function bothOf<T>(answers: Answers): [T, T] {
  const [first, second] = (answers ?? []).map(([error, found]) => {
    if (error !== null) throw error;
    return found as T; // the caller knows what its commands answer with
  });
  if (first === undefined || second === undefined) throw new Error('Valkey discarded the transaction');
  return [first, second];
}

/** Both sets at one moment: another allocator's change in between would make our own block look foreign. */
export async function readSets(
  client: Valkey,
  place: Named,
  installation: string,
): Promise<{ members: string[]; own: string[] }> {
  const [view, ours] = [viewKey(place), ownKey(place, installation)];
  const [members, own] = bothOf<string[]>(await client.multi().smembers(view).smembers(ours).exec());
  return { members, own };
}

/** In what the two sets differ; what the server finds out costs little to be told, however much is reserved. */
async function readDifferences(
  client: Valkey,
  place: Named,
  installation: string,
): Promise<{ foreign: string[]; lost: string[] }> {
  const [view, own] = [viewKey(place), ownKey(place, installation)];
  const [foreign, lost] = bothOf<string[]>(await client.multi().sdiff(view, own).sdiff(own, view).exec());
  return { foreign, lost };
}

export interface ViewOptions {
  readonly client: Valkey;
  readonly projection: Projection;
  readonly logger: Logger;
  /** Whose reservations are ours: several installations may share a server. */
  readonly installation: string;
  /** What the operator calls the targets' networks. */
  readonly names: NetworkNames;
  /** Others wrote members, or took theirs away. */
  readonly onForeign: () => void;
  /** How often to look whether the server has what was written, and what others wrote, ms: nothing tells of either. */
  readonly checkMs: number;
  /** How long `start` may take, ms: nothing is granted meanwhile. */
  readonly firstLookMs: number;
}

/**
 * A view for others: `network:{target}:{name}` holds the CIDRs reserved now. The log stays the truth. A change costs what
 * changed, however much is reserved; all is written anew at start, whenever the connection is back, and when the server has
 * lost it. What others write there is noticed by the next look or the next change of that set, and is not granted while it is
 * there.
 */
export class ValkeyView {
  readonly #options: ViewOptions;
  readonly #client: Valkey;
  /** Blocks that came or went since they were written, by place. */
  #changed = new Map<string, { readonly place: Place; readonly cidrs: Set<string> }>();
  #isQueued = false;
  /** What others wrote, by key, as far as it is known. */
  readonly #foreign = new Map<string, ReadonlySet<string>>();
  /** What asked for those changes. */
  readonly #because: AnyRecorded[] = [];
  #queue: Promise<void> = Promise.resolve();
  #forget: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ViewOptions) {
    this.#options = options;
    this.#client = options.client;
  }

  /** Connects. Resolves when it was seen what others reserve, or the server cannot be reached: then that comes later. */
  async start(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#forget = this.#options.projection.onEvent((event) => this.#follow(event));
    this.#client.on('ready', () => {
      this.#enqueue('rebuild', () => this.#rebuild());
      void this.#queue.then(resolve);
    });
    this.#timer = setInterval(() => this.#enqueue('check', () => this.#check()), this.#options.checkMs);
    // Refused now means retried later, by the client's own strategy; its error event has logged it.
    this.#client.connect().catch(() => resolve());
    const late = setTimeout(resolve, this.#options.firstLookMs);
    await promise;
    clearTimeout(late);
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
    if (event.name === 'HostAnnounced')
      this.#enqueue(event.name, () => this.#rebuild(({ hosts }) => hosts.includes(id)));
    if (event.name !== 'NetworkReserved' && event.name !== 'NetworkReleased') return;
    const { hostId, cidr } = event.data;
    const target = state.runs.get(id)?.request?.target;
    if (hostId === undefined || cidr === undefined || target === undefined || this.#client.status !== 'ready') return;
    const place = this.#places().find((one) => one.target === target && one.hosts.includes(hostId));
    if (place === undefined) return;
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
      const isThere = (cidr: string): boolean => isReservedAt(this.#options.projection.state, place, cidr);
      const [add, remove] = [[...cidrs].filter(isThere), [...cidrs].filter((cidr) => !isThere(cidr))];
      const [view, own] = [viewKey(place), this.#ownKey(place)];
      const answers = await this.#write(place, add, remove, (multi) =>
        multi.exists(this.#wholeKey(place)).scard(view).scard(own),
      );
      const [isWhole, members, ours] = (answers ?? []).slice(-3).map(([, answer]) => Number(answer));
      if (isWhole !== 1 || (members ?? 0) - (ours ?? 0) !== this.#foreignAt(place).size) await this.#put(place);
    }
  }

  async #write(
    place: Place,
    add: readonly string[],
    remove: readonly string[],
    last: (multi: ChainableCommander) => ChainableCommander,
  ) {
    const change = this.#client.multi();
    for (const key of [viewKey(place), this.#ownKey(place)]) {
      for (let from = 0; from < add.length; from += MEMBERS) change.sadd(key, ...add.slice(from, from + MEMBERS));
      for (let from = 0; from < remove.length; from += MEMBERS) change.srem(key, ...remove.slice(from, from + MEMBERS));
    }
    return namedEffect('valkey-update', () => last(change).exec());
  }

  async #rebuild(wanted: (place: Place) => boolean = () => true): Promise<void> {
    for (const place of this.#places()) if (wanted(place)) await this.#put(place);
  }

  async #check(): Promise<void> {
    const all = this.#places();
    if (all.length === 0) return;
    const marks = await this.#client.mget(all.map(this.#wholeKey));
    for (const [index, place] of all.entries())
      if (marks[index] === null || (await this.#isChanged(place))) await this.#put(place);
  }

  /** Did somebody else write to the set? */
  async #isChanged(place: Place): Promise<boolean> {
    const { foreign, lost } = await readDifferences(this.#client, place, this.#options.installation);
    const known = this.#foreignAt(place);
    return lost.length > 0 || foreign.length !== known.size || foreign.some((member) => !known.has(member));
  }

  #ownKey = (place: Named): string => ownKey(place, this.#options.installation);
  #wholeKey = (place: Named): string => wholeKey(place, this.#options.installation);

  #places(): Place[] {
    return places(this.#options.projection.state, this.#options.names);
  }

  #foreignAt(place: Place): ReadonlySet<string> {
    return this.#foreign.get(viewKey(place)) ?? new Set();
  }

  async #put(place: Place): Promise<void> {
    const { members, own } = await readSets(this.#client, place, this.#options.installation);
    const { state } = this.#options.projection;
    const { add, remove, foreign } = difference(reservedAt(state, place), members, own);
    await this.#write(place, add, remove, (multi) => multi.set(this.#wholeKey(place), '1'));
    this.#report(place, foreign);
  }

  async #unmark(): Promise<void> {
    const all = this.#places();
    if (all.length > 0 && this.#client.status === 'ready') await this.#client.del(all.map(this.#wholeKey));
  }

  #report(place: Place, foreign: readonly string[]): void {
    const { projection, logger, onForeign } = this.#options;
    const [known, key] = [this.#foreignAt(place), viewKey(place)];
    const found = new Set(foreign);
    this.#foreign.set(key, found);
    const added = foreign.filter((member) => !known.has(member));
    const gone = [...known].filter((member) => !found.has(member));
    // Also of a host that came since.
    noteForeign(projection.state, place, foreign);
    onForeign();
    if (added.length + gone.length === 0) return;
    if (added.length > 0)
      logger.warn(
        { code: 'FOREIGN_RESERVATION', key, members: added },
        'somebody else reserved blocks in Valkey; they are not granted while they are there',
      );
    if (gone.length > 0) logger.info({ key, members: gone }, 'somebody else gave blocks in Valkey back');
  }
}
