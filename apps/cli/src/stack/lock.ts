import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { BenchbusError } from '@benchbus/events';
import { readStackFile } from './stack-file.ts';

/**
 * At most one stack per state folder: whoever listens on this abstract Unix socket (Linux: no file, gone with its process,
 * even after SIGKILL) has it.
 * @throws BenchbusError STACK_RUNNING
 */
export async function lockStateDir(root: string): Promise<{ release(): Promise<void> }> {
  const name = createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 32);
  const server: Server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? running(root) : error));
    server.listen({ path: `\0benchbus-stack-${name}` }, resolve);
  });
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function running(root: string): BenchbusError {
  const pid = readStackFile(root)?.supervisor.pid;
  return new BenchbusError({
    code: 'STACK_RUNNING',
    message: `a stack runs here already${pid === undefined ? '' : ` (pid ${pid})`}`,
    where: root,
    hint: 'use it (npx benchbus run FILE), stop it with Ctrl-C, or set BENCHBUS_STATE_DIR to another folder',
  });
}
