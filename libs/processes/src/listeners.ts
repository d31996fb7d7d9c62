import { readProc } from './proc-files.ts';

/** A TCP socket that listens. */
export interface Listener {
  /** IPv4 address, `0.0.0.0` or `[::]`; another IPv6 address as the kernel writes it. */
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

const LISTEN = '0A';

/** `0100007F:1538` → 127.0.0.1 and 5432: proc(5), host byte order. */
function parseAddress(text: string): { address: string; port: number } {
  const [hex = '', port = '0'] = text.split(':');
  if (hex.length > 8) return { address: /^0+$/.test(hex) ? '[::]' : `[${hex}]`, port: parseInt(port, 16) };
  const bytes = hex.match(/../g)?.map((byte) => parseInt(byte, 16)) ?? [];
  return { address: bytes.reverse().join('.'), port: parseInt(port, 16) };
}

/** From the text of /proc/net/tcp or tcp6: column 2 is `local_address`, 4 the state, 10 the inode (proc(5)). */
export function parseListeners(table: string): Listener[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN)
    .map((fields) => ({ ...parseAddress(fields[1] ?? ''), inode: fields[9] ?? '' }));
}

/** Every TCP listener of the machine. */
export const listeners = (): Listener[] =>
  // A kernel without IPv6 has no tcp6.
  ['net/tcp', 'net/tcp6'].flatMap((file) => parseListeners(readProc(file) ?? ''));
