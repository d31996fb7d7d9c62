import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { readIfThere } from './files.ts';

const LISTEN = '0A';

/**
 * Inodes of the sockets that listen on a port, from /proc/net/tcp and tcp6 (proc(5): column 2 `local_address` with the
 * port in hex, 4 the state, 10 the inode).
 */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === LISTEN && local?.endsWith(suffix))
    .flatMap((columns) => columns[9] ?? []);
}

async function holds(pid: string, wanted: ReadonlySet<string>): Promise<boolean> {
  const dir = `/proc/${pid}/fd`;
  const fds = await readdir(dir).catch(() => []);
  for (const fd of fds) {
    const target = await readlink(`${dir}/${fd}`).catch(() => '');
    if (wanted.has(target)) return true;
  }
  return false;
}

/** `nginx (pid 4711)`, or a hint at who it may be when /proc does not tell (another user's process). */
export async function portHolder(port: number): Promise<string> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readIfThere));
  const sockets = new Set(
    tables.flatMap((table) => listeningInodes(table ?? '', port)).map((inode) => `socket:[${inode}]`),
  );
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (!(await holds(pid, sockets))) continue;
    const comm = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '?')).trim();
    return `${comm} (pid ${pid})`;
  }
  return 'a process of another user or container';
}

/** Tries to listen on the address: undefined if it is free, else the system's code (EADDRINUSE, EADDRNOTAVAIL, …). */
export function bindProblem(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
