import { targetName, type TargetName } from '@benchbus/suites';
import { parseCidr } from './cidr.ts';
import type { State } from './state.ts';
import { placeName } from './work.ts';

/** What the operator calls the network of a target in Valkey; of one that has no name each host has a set of its own. */
export type NetworkNames = Partial<Record<TargetName, string>>;

/** What has one set in Valkey. */
export interface Place {
  readonly target: TargetName;
  /** Of its network, or its host's id. */
  readonly name: string;
  /** Hosts whose blocks stand in it, also those that have left. */
  readonly hosts: readonly string[];
}

/** Every place that is announced, or ever held a run. */
export function places(state: State, names: NetworkNames): Place[] {
  const hosts = new Map<TargetName, Set<string>>();
  const add = (target: TargetName, hostId: string): void =>
    void hosts.set(target, (hosts.get(target) ?? new Set()).add(hostId));
  for (const { hostId, targets } of state.hosts.values()) for (const { name } of targets) add(name, hostId);
  for (const hostId of state.capacities.keys()) for (const target of targetName.options) add(target, hostId);
  return [...hosts].flatMap(([target, ids]): Place[] => {
    const name = names[target];
    return name === undefined
      ? [...ids].map((id) => ({ target, name: id, hosts: [id] }))
      : [{ target, name, hosts: [...ids] }];
  });
}

const blocksAt = (state: State, target: TargetName, hostId: string): ReadonlySet<string> =>
  state.reserved.get(placeName(target, hostId)) ?? new Set();

/** The blocks reserved at a place now. */
export function reservedAt(state: State, { target, hosts }: Place): ReadonlySet<string> {
  const [first = '', ...others] = hosts;
  if (others.length === 0) return blocksAt(state, target, first);
  return new Set(hosts.flatMap((hostId) => [...blocksAt(state, target, hostId)]));
}

/** Is the block reserved there, by whichever host? */
export const isReservedAt = (state: State, { target, hosts }: Place, cidr: string): boolean =>
  hosts.some((hostId) => blocksAt(state, target, hostId).has(cidr));

/** What others reserve at a place now, found outside the log; what is no CIDR reserves nothing. */
export function noteForeign(
  state: State,
  { target, hosts }: Pick<Place, 'target' | 'hosts'>,
  members: readonly string[],
): void {
  const ranges = members.map(parseCidr).filter((range) => range !== undefined);
  for (const hostId of hosts)
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
