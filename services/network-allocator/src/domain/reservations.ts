import { targetName } from '@benchbus/suites';
import { parseCidr } from './cidr.ts';
import type { State } from './state.ts';
import { placeName } from './work.ts';

export interface Place {
  readonly target: string;
  readonly hostId: string;
}

/** Every place that is announced, or ever held a run: its host may have left since. */
export function places(state: State): Place[] {
  const all = new Map<string, Place>();
  const add = (place: Place): void => void all.set(placeName(place.target, place.hostId), place);
  for (const { hostId, targets } of state.hosts.values()) for (const { name } of targets) add({ target: name, hostId });
  for (const hostId of state.capacities.keys()) for (const target of targetName.options) add({ target, hostId });
  return [...all.values()];
}

/** The blocks reserved at a place now. */
export const reservedAt = (state: State, { target, hostId }: Place): ReadonlySet<string> =>
  state.reserved.get(placeName(target, hostId)) ?? new Set();

/** What others reserve at a place now, found outside the log; what is no CIDR reserves nothing. */
export function noteForeign(state: State, { target, hostId }: Place, members: readonly string[]): void {
  const ranges = members.map(parseCidr).filter((range) => range !== undefined);
  if (ranges.length === 0) state.foreign.delete(placeName(target, hostId));
  else state.foreign.set(placeName(target, hostId), { hostId, ranges });
}

/** How a set in Valkey differs from the log. `own` is what this service wrote there. */
export interface Difference {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** Written by somebody else. */
  readonly foreign: readonly string[];
}

export function difference(
  wanted: ReadonlySet<string>,
  members: readonly string[],
  own: readonly string[],
): Difference {
  const ours = new Set(own);
  const there = new Set(members);
  return {
    add: [...wanted].filter((cidr) => !there.has(cidr) || !ours.has(cidr)),
    remove: own.filter((cidr) => !wanted.has(cidr)),
    foreign: members.filter((cidr) => !ours.has(cidr) && !wanted.has(cidr)),
  };
}
