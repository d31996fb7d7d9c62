import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { allPids, commandOf } from './processes.ts';

export interface Listener {
  /** IPv4 address, `0.0.0.0` or `[::]`. */
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

/** `0100007F:1538` → 127.0.0.1 and 5432: proc(5), host byte order. */
function parseAddress(text: string): { address: string; port: number } {
  const [hex = '', port = '0'] = text.split(':');
  if (hex.length > 8) return { address: /^0+$/.test(hex) ? '[::]' : `[${hex}]`, port: parseInt(port, 16) };
  const bytes = hex.match(/../g)?.map((byte) => parseInt(byte, 16)) ?? [];
  return { address: bytes.reverse().join('.'), port: parseInt(port, 16) };
}

/** Every TCP listener of the machine (state 0A). */
export function listeners(): Listener[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => {
    let table: string;
    try {
      table = readFileSync(file, 'utf8');
    } catch {
      return []; // no IPv6
    }
    return table
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A')
      .map((fields) => ({ ...parseAddress(fields[1] ?? ''), inode: fields[9] ?? '' }));
  });
}

function ownerOf(inode: string): string {
  for (const pid of allPids()) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`))
        if (readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`) return `process ${pid} (${commandOf(pid)})`;
    } catch {
      // gone, or another user's
    }
  }
  return 'a process of another user';
}

/** Undefined if `address:port` can be bound; else who has it (a wildcard listener blocks every address). */
export async function takenBy(address: string, port: number): Promise<string | undefined> {
  const server = createServer();
  const code = await new Promise<string | undefined>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
  if (code === undefined) return undefined;
  const same = listeners().filter((listener) => listener.port === port);
  const holder =
    same.find((listener) => listener.address === address) ??
    same.find((listener) => listener.address === '0.0.0.0' || listener.address === '[::]');
  return holder === undefined ? `an unknown socket (${code})` : `${ownerOf(holder.inode)} on ${holder.address}`;
}
