import { targetName } from '@benchbus/suites';
import type { State } from './state.ts';

export interface Place {
  readonly target: string;
  readonly hostId: string;
}

/** What Valkey shows of one target on one host. */
export interface Reservations extends Place {
  readonly cidrs: ReadonlySet<string>;
}

const nameOf = ({ target, hostId }: Place): string => `${target}:${hostId}`;

/** Every place that is announced, or ever held a run (its host may have left since), with the blocks reserved there. */
export function reservations(state: State): Reservations[] {
  const places = new Map<string, Place & { readonly cidrs: Set<string> }>();
  const placeOf = (place: Place): Set<string> => {
    const known = places.get(nameOf(place)) ?? { ...place, cidrs: new Set<string>() };
    places.set(nameOf(place), known);
    return known.cidrs;
  };
  for (const { hostId, targets } of state.hosts.values())
    for (const { name } of targets) placeOf({ target: name, hostId });
  for (const hostId of state.capacities.keys()) for (const target of targetName.options) placeOf({ target, hostId });
  for (const run of state.runs.values()) {
    if (run.reservation === undefined || run.request === undefined) continue;
    placeOf({ target: run.request.target, hostId: run.reservation.hostId }).add(run.reservation.cidr);
  }
  return [...places.values()];
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
