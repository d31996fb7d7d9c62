/** `127.64.9.7` → `127.64.9.0/24`: the blocks the pool is handed out in. */
const blockOf = (address: string): string => `${address.split('.').slice(0, 3).join('.')}.0/24`;

/** Blocks of the pool somebody else listens in: not to be handed out. `own`: addresses of this installation's nodes. */
export function occupiedBlocks(
  pool: string,
  listening: readonly string[],
  own: ReadonlySet<string>,
): { cidr: string; by: string }[] {
  const prefix = `${pool.split('.').slice(0, 2).join('.')}.`;
  const foreign = listening.filter((address) => address.startsWith(prefix) && !own.has(address));
  return [...new Set(foreign.map(blockOf))].sort().map((cidr) => ({ cidr, by: 'a listening socket' }));
}
