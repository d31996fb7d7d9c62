/** GB is 10⁹, GiB is 2³⁰ (PostgreSQL's own settings, where GB is 2³⁰, are text and not touched). */
const UNITS: readonly (readonly [string, number])[] = [
  ['TB', 1e12],
  ['TiB', 2 ** 40],
  ['GB', 1e9],
  ['GiB', 2 ** 30],
  ['MB', 1e6],
  ['MiB', 2 ** 20],
  ['kB', 1e3],
  ['KiB', 2 ** 10],
  ['B', 1],
];

export const SIZE = /^(\d{1,16}(?:\.\d{1,6})?)(TB|TiB|GB|GiB|MB|MiB|kB|KB|KiB|B)$/;

export const SIZE_ALLOWED = 'a size with its unit, such as 256MB, 1GB (10^9) or 4GiB (2^30)';

/** Bytes; undefined for what is no size. */
export function parseSize(text: string): number | undefined {
  const match = SIZE.exec(text);
  if (match === null) return undefined;
  const name = match[2] === 'KB' ? 'kB' : match[2];
  const unit = UNITS.find(([known]) => known === name)?.[1] ?? 1;
  const total = Math.round(Number(match[1]) * unit);
  return Number.isSafeInteger(total) ? total : undefined;
}

/** The inverse, exact, in the largest unit that fits: `1000000000` → `1GB`. */
export function formatSize(bytes: number): string {
  const [unit, factor] = UNITS.find(([, each]) => bytes >= each && bytes % each === 0) ?? ['B', 1];
  return `${bytes / factor}${unit}`;
}
