import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { commandOf } from './describe.ts';
import { listeners } from './listeners.ts';
import { allPids, linkOf } from './proc-files.ts';

function holds(pid: number, socket: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`${pid}/fd/${fd}`) === socket);
  } catch {
    return false; // gone, or another user's
  }
}

function ownerOf(inode: string): string {
  const pid = allPids().find((candidate) => holds(candidate, `socket:[${inode}]`));
  return pid === undefined ? 'a process of another user or container' : `process ${pid} (${commandOf(pid)})`;
}

/** Who listens there, `process 4711 (nginx) on 0.0.0.0` (on all addresses takes the port of each); undefined if nobody is seen. */
export function portHolder(address: string, port: number): string | undefined {
  const same = listeners().filter((listener) => listener.port === port);
  const holder =
    same.find((listener) => listener.address === address) ??
    same.find((listener) => listener.address === '0.0.0.0' || listener.address === '[::]');
  return holder && `${ownerOf(holder.inode)} on ${holder.address}`;
}

/** Tries to listen there: undefined if that works, else the system's code (EADDRINUSE, EADDRNOTAVAIL, …). */
export function bindProblem(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
