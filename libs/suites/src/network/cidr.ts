import { ipv4ToNumber, numberToIpv4 } from './ipv4.ts';

/** An IPv4 block: `network` as an unsigned 32-bit number. */
export interface Cidr {
  readonly network: number;
  readonly prefix: number;
}

/** Number of addresses in a block, network and broadcast included. */
export const addressCount = ({ prefix }: Cidr): number => 2 ** (32 - prefix);

/** An address with a prefix, `10.2.0.7/16`. */
function parseParts(text: string): { readonly address: number; readonly prefix: number } | undefined {
  const match = /^([\d.]+)\/(0|[1-9]\d?)$/.exec(text);
  const address = ipv4ToNumber(match?.[1] ?? '');
  const prefix = Number(match?.[2]);
  return address === undefined || !(prefix <= 32) ? undefined : { address, prefix };
}

/** The block, whatever bits are set behind the prefix: `10.2.0.7/16` → 10.2.0.0/16; undefined for what is no IPv4 block. */
export function blockRange(text: string): Cidr | undefined {
  const parts = parseParts(text);
  if (parts === undefined) return undefined;
  const { address, prefix } = parts;
  return { network: address - (address % 2 ** (32 - prefix)), prefix };
}

/** @throws RangeError unless it is `a.b.c.d/n` with no bit set behind the prefix */
export function parseCidr(text: string): Cidr {
  const [parts, block] = [parseParts(text), blockRange(text)];
  if (parts === undefined || block === undefined)
    throw new RangeError(`${JSON.stringify(text)} is no IPv4 block like 10.2.0.0/16`);
  if (block.network !== parts.address)
    throw new RangeError(`${text} has bits set behind its prefix; the block is ${formatCidr(block)}`);
  return block;
}

export const formatCidr = ({ network, prefix }: Cidr): string => `${numberToIpv4(network)}/${prefix}`;

const blockOf = (block: Cidr | string): Cidr => (typeof block === 'string' ? parseCidr(block) : block);

/** The n-th address of a block, from 0 (the network's own). @throws RangeError outside the block */
export function addressAt(block: Cidr | string, index: number): string {
  const known = blockOf(block);
  if (!Number.isInteger(index) || index < 0 || index >= addressCount(known))
    throw new RangeError(`${formatCidr(known)} has no address ${index}`);
  return numberToIpv4(known.network + index);
}

/** Is the address or block inside? @throws RangeError for what is neither */
export function contains(outer: Cidr | string, inner: Cidr | string): boolean {
  const block = blockOf(outer);
  const part = typeof inner === 'string' && !inner.includes('/') ? parseCidr(`${inner}/32`) : blockOf(inner);
  return (
    part.prefix >= block.prefix &&
    part.network >= block.network &&
    part.network + addressCount(part) <= block.network + addressCount(block)
  );
}

/** Do two blocks share an address? Blocks either nest or are apart. */
export function overlaps(a: Cidr | string, b: Cidr | string): boolean {
  const [one, other] = [blockOf(a), blockOf(b)];
  return contains(one, other) || contains(other, one);
}

/** How many blocks of a prefix a pool holds; 0 when the blocks are larger than the pool. */
export function blockCount(pool: Cidr | string, prefix: number): number {
  const known = blockOf(pool);
  return prefix < known.prefix || prefix > 32 ? 0 : 2 ** (prefix - known.prefix);
}

/** The n-th block of a prefix in a pool, from 0. @throws RangeError outside the pool */
export function blockAt(pool: Cidr | string, prefix: number, index: number): Cidr {
  const known = blockOf(pool);
  if (!Number.isInteger(index) || index < 0 || index >= blockCount(known, prefix))
    throw new RangeError(`${formatCidr(known)} has no /${prefix} block ${index}`);
  return { network: known.network + index * 2 ** (32 - prefix), prefix };
}
