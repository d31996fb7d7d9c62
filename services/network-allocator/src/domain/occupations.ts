import type { EventData } from '@benchbus/events';

/** As the log says it: what is used by somebody else, by what, and who says so. */
export type OccupiedBlock = EventData<'BlocksOccupied'>['blocks'][number];

export interface Occupation extends OccupiedBlock {
  /** When it became known, ms since the epoch. */
  readonly at: number;
}

/** The first and the last of some neighbouring blocks, by number. */
export type Span = readonly [first: number, last: number];

/** Ranges that somebody else uses, by their CIDR; they may overlap. */
export class Occupations {
  readonly #entries = new Map<string, { readonly occupation: Occupation; readonly span: Span }>();
  /** Those that nobody will take back: CIDR → when it became known. */
  readonly #timed = new Map<string, number>();

  has(cidr: string): boolean {
    return this.#entries.has(cidr);
  }

  add(occupation: Occupation, span: Span): void {
    this.#entries.set(occupation.cidr, { occupation, span });
    if (isTimed(occupation)) this.#timed.set(occupation.cidr, occupation.at);
  }

  delete(cidr: string): boolean {
    this.#timed.delete(cidr);
    return this.#entries.delete(cidr);
  }

  /** When the first timed one became known of those that became known after `time`, ms since the epoch. */
  timedAfter(time: number): number | undefined {
    let first: number | undefined;
    for (const at of this.#timed.values()) if (at > time) first = Math.min(first ?? at, at);
    return first;
  }

  *[Symbol.iterator](): Generator<Occupation, undefined> {
    for (const { occupation } of this.#entries.values()) yield occupation;
  }

  /** The blocks of the span that none of the ranges touches. */
  *beside([first, last]: Span): Generator<number, undefined> {
    const near = [...this.#entries.values()]
      .map(({ span }) => span)
      .filter((span) => span[0] <= last && span[1] >= first);
    let next = first;
    for (const [from, to] of near.sort((a, b) => a[0] - b[0])) {
      for (; next < from; next += 1) yield next;
      next = Math.max(next, to + 1);
    }
    for (; next <= last; next += 1) yield next;
  }
}

/** No announcement tells when it is over: it is taken for gone after a while. Facts of old say nothing of whose word they are. */
export const isTimed = ({ source }: OccupiedBlock): boolean => source === 'creation' || source === undefined;
