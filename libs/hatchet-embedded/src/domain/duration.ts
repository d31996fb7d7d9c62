const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const MAX_MS = Number.MAX_SAFE_INTEGER / 2;

/**
 * Milliseconds of a Go duration such as `1h30m`, `10s` or `250ms`; null when the text is not one.
 * The wire carries every duration this way (`timeout`, `schedule_timeout`, `increment_timeout_by`).
 */
export function parseGoDuration(text: string): number | null {
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return text === '0' ? 0 : null;
  let total = 0;
  for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN);
  }
  // Beyond this a due time would no longer be an exact integer.
  return total <= MAX_MS ? Math.round(total) : null;
}
