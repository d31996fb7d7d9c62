/** An IPv4 range: its first address as an unsigned number, and its prefix length. Always canonical (no host bits). */
export interface Range {
  readonly first: number;
  readonly prefix: number;
}

export const sizeOf = (range: Range): number => 2 ** (32 - range.prefix);
export const lastOf = (range: Range): number => range.first + sizeOf(range) - 1;

const CIDR = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** `10.2.0.7/16` → the range 10.2.0.0/16; undefined for anything that is not an IPv4 CIDR. */
export function parseCidr(text: string): Range | undefined {
  const parts = CIDR.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = parts;
  if (Math.max(a, b, c, d) > 255 || prefix > 32) return undefined;
  const address = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  const size = 2 ** (32 - prefix);
  return { first: Math.floor(address / size) * size, prefix };
}

export function formatCidr({ first, prefix }: Range): string {
  const octet = (shift: number): number => Math.floor(first / 2 ** shift) % 256;
  return `${octet(24)}.${octet(16)}.${octet(8)}.${octet(0)}/${prefix}`;
}

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
