/** Since when executions have been without anybody who carries them out, by the engine's ids; ms on a monotonic clock. */
export type Orphans = ReadonlyMap<string, number>;

/** What is known after a look that found these without anybody. One that was carried out meanwhile begins anew. */
export const orphansAfter = (before: Orphans, found: readonly string[], now: number): Orphans =>
  new Map(found.map((id) => [id, before.get(id) ?? now]));

/** When, in ms from now, the first of them has been alone for long enough; undefined where there is none. */
export function nextLostIn(orphans: Orphans, lostAfterMs: number, now: number): number | undefined {
  const left = [...orphans.values()].map((since) => since + lostAfterMs - now).filter((ms) => ms > 0);
  return left.length === 0 ? undefined : Math.min(...left);
}
