export const STRATEGIES = ['CANCEL_IN_PROGRESS', 'GROUP_ROUND_ROBIN', 'CANCEL_NEWEST'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** One run in the group of a (strategy, key). */
export interface GroupMember {
  readonly runId: string;
  readonly admitted: boolean;
  readonly priority: number;
  /** Order of creation: smaller is older. */
  readonly order: number;
}

export interface GroupDecision {
  readonly admit: readonly string[];
  readonly cancel: readonly string[];
}

/** Who gets a slot and who is cancelled, for one group (Hatchet `pkg/scheduling/v1/concurrency/strategy.go`). */
export function decideGroup(strategy: Strategy, maxRuns: number, members: readonly GroupMember[]): GroupDecision {
  if (strategy === 'CANCEL_IN_PROGRESS') return keepNewest(maxRuns, members);
  const running = members.filter((member) => member.admitted).length;
  const waiting = members.filter((member) => !member.admitted);
  const free = Math.max(0, maxRuns - running);
  if (strategy === 'CANCEL_NEWEST') {
    const byAge = waiting.toSorted((a, b) => a.order - b.order);
    return { admit: ids(byAge.slice(0, free)), cancel: ids(byAge.slice(free)) };
  }
  const byPriority = waiting.toSorted((a, b) => b.priority - a.priority || a.order - b.order);
  return { admit: ids(byPriority.slice(0, free)), cancel: [] };
}

/** CANCEL_IN_PROGRESS: the best by (priority, newest) stay, all others go, running ones included. */
function keepNewest(maxRuns: number, members: readonly GroupMember[]): GroupDecision {
  const ranked = members.toSorted((a, b) => b.priority - a.priority || b.order - a.order);
  return {
    admit: ids(ranked.slice(0, maxRuns).filter((member) => !member.admitted)),
    cancel: ids(ranked.slice(maxRuns)),
  };
}

const ids = (members: readonly GroupMember[]): string[] => members.map((member) => member.runId);
