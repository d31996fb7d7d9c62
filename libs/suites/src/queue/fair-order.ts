/** A request that waits for a host. */
export interface Waiting {
  readonly suiteId: string;
  /** Its place in the log. */
  readonly sequence: number;
  readonly sharing: 'exclusive' | 'allowed';
}

/**
 * The order in which waiting requests are served: first come, first served; but where runs stand that want a host for
 * themselves, suites take turns. The suite that got a host the longest ago is next, or the one that came first if that was later
 * than its last host; a suite's own runs stay in their order. So a suite of a hundred runs does not keep another's single run
 * waiting for longer than one run, and newcomers do not push ahead of whoever waits.
 * @param waiting in the order of their coming
 * @param served place in the log of the last host that a suite got for itself; 0: none
 */
export function fairOrder<T extends Waiting>(waiting: readonly T[], served: (suiteId: string) => number): T[] {
  const suites = new Map<string, T[]>();
  for (const one of waiting) {
    if (one.sharing !== 'exclusive') continue;
    const own = suites.get(one.suiteId);
    if (own === undefined) suites.set(one.suiteId, [one]);
    else own.push(one);
  }
  if (suites.size < 2) return [...waiting];
  const inTurn = [...suites]
    .map(([suiteId, own]) => ({ own, since: Math.max(served(suiteId), own[0]?.sequence ?? 0) }))
    .sort((a, b) => a.since - b.since);
  const exclusive: T[] = [];
  for (let turn = 0; inTurn.some(({ own }) => own.length > turn); turn += 1)
    for (const { own } of inTurn) {
      const next = own[turn];
      if (next !== undefined) exclusive.push(next);
    }
  const next = exclusive.values();
  return waiting.map((one) => (one.sharing === 'exclusive' ? (next.next().value ?? one) : one));
}
