import { readFileSync } from 'node:fs';

/** `0002020A` (little-endian) → 10.2.2.0. */
const address = (hex: string): string => [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');

const bitsOf = (hex: string): number =>
  [0, 2, 4, 6].reduce((sum, at) => {
    const byte = Number.parseInt(hex.slice(at, at + 2), 16);
    return sum + byte.toString(2).replaceAll('0', '').length;
  }, 0);

/** Blocks that the machine routes somewhere, by /proc/net/route; the default route says nothing. */
export function parseRoutes(table: string): { cidr: string; by: string }[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [device = '', destination = '', , , , , , mask = ''] = line.trim().split(/\s+/);
      if (!/^[0-9A-F]{8}$/.test(destination) || !/^[0-9A-F]{8}$/.test(mask) || mask === '00000000') return [];
      return [{ cidr: `${address(destination)}/${bitsOf(mask)}`, by: `a route by ${device}` }];
    });
}

/** None on a machine without that file. */
export function hostRoutes(): { cidr: string; by: string }[] {
  try {
    return parseRoutes(readFileSync('/proc/net/route', 'utf8'));
  } catch {
    return [];
  }
}
