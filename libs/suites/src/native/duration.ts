const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** `5s`, `1h30m`, `250ms`, `30d`: days to milliseconds, each at most once, in this order. */
export const DURATION = /^(?=\d)(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?$/;

export const DURATION_ALLOWED = 'a duration such as 250ms, 5s, 1h30m or 30d, at most 3650d';

/** Ten years: longer is a slip of the pen, and everything stays far inside safe integers. */
const MAX = 3650 * 86_400_000;

/** Milliseconds; undefined for what is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const total = UNITS.reduce((sum, [, ms], index) => sum + Number(match[index + 1] ?? 0) * ms, 0);
  return total <= MAX ? total : undefined;
}

/** The inverse: `5400000` → `1h30m`. */
export function formatDuration(milliseconds: number): string {
  let rest = milliseconds;
  let text = '';
  for (const [unit, ms] of UNITS) {
    const count = Math.floor(rest / ms);
    rest -= count * ms;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}
