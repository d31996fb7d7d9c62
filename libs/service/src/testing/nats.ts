import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from './child.ts';
import { findProgram } from './find-program.ts';
import type { TestServer } from './valkey.ts';
import { freePort } from './free-port.ts';

/** BENCHBUS_NATS_SERVER, else nats-server on the PATH or where Go installs it; undefined if there is none. */
export function findNatsServer(): string | undefined {
  const given = process.env['BENCHBUS_NATS_SERVER'];
  if (given !== undefined && given !== '') return given;
  return findProgram(['nats-server'], [join(homedir(), 'go/bin'), '/usr/local/bin', '/tmp/gobin']);
}

/**
 * A real nats-server with JetStream on a free port of 127.0.0.1, in a folder of its own. `port` and `storeDir` let a test
 * restart it where it was; a `storeDir` that was given is kept.
 * @throws Error when there is no nats-server
 */
export async function startNats(
  options: { readonly port?: number; readonly storeDir?: string } = {},
): Promise<TestServer> {
  const program = findNatsServer();
  if (program === undefined) throw new Error('no nats-server: set BENCHBUS_NATS_SERVER or put it on the PATH');
  const port = options.port ?? (await freePort());
  const folder = options.storeDir ?? (await mkdtemp(join(tmpdir(), 'benchbus-nats-')));
  const child = startChild(program, ['-js', '-a', '127.0.0.1', '-p', `${port}`, '-sd', folder]);
  const stop = async (): Promise<void> => {
    await child.stop();
    if (options.storeDir === undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    await child.line((line) => (line.includes('Server is ready') ? true : undefined), program);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `nats://127.0.0.1:${port}`, port, pid: child.pid, stop };
}
