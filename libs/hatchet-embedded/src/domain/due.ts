/** Longest delay of setTimeout; longer ones would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Delay until the earliest of the due times (null: nothing is due), never negative, never beyond what a timer can hold. */
export function nextDelay(dueTimes: readonly (number | null)[], now: number): number | null {
  const times = dueTimes.filter((time) => time !== null);
  if (times.length === 0) return null;
  return Math.min(Math.max(0, Math.min(...times) - now), MAX_DELAY_MS);
}
