/** An IPv4 range: its first address as an unsigned number, and its prefix length. Always canonical (no host bits). */
export interface Range {
  readonly first: number;
  readonly prefix: number;
}

export const sizeOf = (range: Range): number => 2 ** (32 - range.prefix);
export const lastOf = (range: Range): number => range.first + sizeOf(range) - 1;

/** `0`, `9`, `.` and `/`. */
const [ZERO, NINE, DOT, SLASH] = [48, 57, 46, 47];

/**
 * `10.2.0.7/16` → the range 10.2.0.0/16; undefined for anything that is not an IPv4 CIDR. Read by hand: each grant and release
 * names its block so, and a pattern takes longer than all else that is done for it.
 */
export function parseCidr(text: string): Range | undefined {
  let address = 0;
  let part = 0;
  let digits = 0;
  let parts = 0;
  for (let place = 0; place < text.length; place += 1) {
    const sign = text.charCodeAt(place);
    if (sign >= ZERO && sign <= NINE) {
      part = part * 10 + sign - ZERO;
      digits += 1;
      if (digits > 3 || part > 255) return undefined;
    } else {
      parts += 1;
      if (digits === 0 || parts > 4 || sign !== (parts < 4 ? DOT : SLASH)) return undefined;
      address = address * 256 + part;
      part = 0;
      digits = 0;
    }
  }
  if (parts !== 4 || digits === 0 || digits > 2 || part > 32) return undefined;
  return { first: part === 0 ? 0 : (address & (-1 << (32 - part))) >>> 0, prefix: part };
}

export const formatCidr = ({ first, prefix }: Range): string =>
  `${first >>> 24}.${(first >>> 16) & 255}.${(first >>> 8) & 255}.${first & 255}/${prefix}`;

/** The same range in its only spelling, so that one pool has one subject; undefined if it is not a CIDR. */
export function canonicalCidr(text: string): string | undefined {
  const range = parseCidr(text);
  return range === undefined ? undefined : formatCidr(range);
}

export const overlaps = (a: Range, b: Range): boolean => a.first <= lastOf(b) && b.first <= lastOf(a);

/** Two CIDRs are disjoint or nested, so their intersection is the smaller one. */
export function intersection(a: Range, b: Range): Range | undefined {
  if (!overlaps(a, b)) return undefined;
  return a.prefix >= b.prefix ? a : b;
}
