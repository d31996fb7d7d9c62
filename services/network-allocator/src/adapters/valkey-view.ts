import { namedEffect } from '@benchbus/service';
import type { AnyRecorded } from '@benchbus/events';
import type { Valkey } from 'iovalkey';
import type { Logger } from 'pino';
import { canonicalCidr } from '../domain/cidr.ts';
import { difference, reservations, type Place, type Reservations } from '../domain/reservations.ts';
import type { State } from '../domain/state.ts';
import type { Projection } from '../shell/projection.ts';

/** The set others read (and may have written to before there was a log). */
export const viewKey = ({ target, hostId }: Place): string => `network:${target}:${hostId}`;
/** What of it was written by benchbus: the rest is foreign. */
export const ownKey = ({ target, hostId }: Place): string => `network-own:${target}:${hostId}`;

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

/**
 * A view for others: `network:{target}:{hostId}` holds the CIDRs reserved now. The log stays the truth; whatever a crash or an
 * outage left behind is put right at start and whenever the connection is back.
 */
export class ValkeyView {
  readonly #client: Valkey;
  readonly #projection: Projection;
  readonly #logger: Logger;
  readonly #onForeign: () => void;
  #queue: Promise<void> = Promise.resolve();
  #forget: () => void = () => undefined;

  constructor(client: Valkey, projection: Projection, logger: Logger, onForeign: () => void) {
    this.#client = client;
    this.#projection = projection;
    this.#logger = logger;
    this.#onForeign = onForeign;
  }

  /** Connects in the background; waits for nothing. */
  start(): void {
    this.#forget = this.#projection.onEvent((event) => this.#follow(event));
    this.#client.on('ready', () => this.#enqueue('rebuild', () => this.#rebuild()));
    // Refused now means retried later, by the client's own strategy; its error event has logged it.
    this.#client.connect().catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#forget();
    await this.#queue;
  }

  #follow(event: AnyRecorded): void {
    // A new host may have foreign members of old; a released block leaves its set.
    if (event.name === 'HostAnnounced' || event.name === 'NetworkReserved' || event.name === 'NetworkReleased')
      this.#enqueue(event.name, () => this.#rebuild((place) => place.hostId === hostOf(event)));
  }

  /** One after the other, so that an older picture never overwrites a newer one. */
  #enqueue(what: string, work: () => Promise<void>): void {
    if (this.#client.status !== 'ready') return;
    this.#queue = this.#queue.then(work).catch((error: unknown) => {
      this.#logger.warn({ code: 'VALKEY_WRITE', what, reason: String(error) }, 'Valkey was not updated; rebuilt later');
    });
  }

  async #rebuild(wanted: (place: Place) => boolean = () => true): Promise<void> {
    for (const place of reservations(this.#projection.state)) if (wanted(place)) await this.#put(place);
  }

  async #put(place: Reservations): Promise<void> {
    const { members, own } = await readSets(this.#client, place);
    const { add, remove, foreign } = difference(this.#now(place), members, own);
    if (add.length > 0 || remove.length > 0) {
      const change = this.#client.multi();
      if (add.length > 0) change.sadd(viewKey(place), ...add).sadd(ownKey(place), ...add);
      if (remove.length > 0) change.srem(viewKey(place), ...remove).srem(ownKey(place), ...remove);
      await namedEffect('valkey-update', () => change.exec());
    }
    this.#report(this.#projection.state, place, foreign);
  }

  /** As of now: events may have come while Valkey answered. */
  #now(place: Place): ReadonlySet<string> {
    const same = reservations(this.#projection.state).find(
      ({ target, hostId }) => target === place.target && hostId === place.hostId,
    );
    return same?.cidrs ?? new Set();
  }

  #report(state: State, place: Place, foreign: readonly string[]): void {
    const known = state.foreign.get(place.hostId) ?? [];
    const added = foreign.filter((cidr) => !known.some((occupied) => occupied.cidr === cidr));
    if (added.length === 0) return;
    this.#logger.warn(
      { code: 'FOREIGN_RESERVATION', key: viewKey(place), members: added },
      'somebody else reserved blocks in Valkey; they will not be granted',
    );
    const ranges = added.filter((cidr) => canonicalCidr(cidr) !== undefined).map((cidr) => ({ cidr, by: 'valkey' }));
    state.foreign.set(place.hostId, [...known, ...ranges]);
    this.#onForeign();
  }
}

const hostOf = (event: AnyRecorded): string | undefined =>
  event.name === 'HostAnnounced'
    ? event.subject.split('.').at(-1)
    : 'hostId' in event.data
      ? event.data.hostId
      : undefined;
