import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from './child.ts';
import { findProgram } from './find-program.ts';
import { freePort } from './free-port.ts';

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** `valkey-server`, else Debian's `redis-server`; undefined if neither is installed. */
export const findValkeyServer = (): string | undefined => findProgram(['valkey-server', 'redis-server'], ['/usr/bin']);

/**
 * A real Valkey (or Redis) on a free port of 127.0.0.1, without persistence, in a folder of its own.
 * @throws Error when neither valkey-server nor redis-server is installed
 */
export async function startValkey(options: { readonly port?: number } = {}): Promise<TestServer> {
  const program = findValkeyServer();
  if (program === undefined) throw new Error('no valkey-server or redis-server: apt-get install redis-server');
  const port = options.port ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'benchbus-valkey-'));
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = startChild(program, args);
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await child.line((line) => (/ready to accept connections/i.test(line) ? true : undefined), program);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `redis://127.0.0.1:${port}`, port, pid: child.pid, stop };
}
