import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNatsServer, natsServerConfig } from '@benchbus/events';
import { startChild } from './child.ts';
import { freePort } from './free-port.ts';
import type { TestServer } from './valkey.ts';

/**
 * A real nats-server, configured as benchbus configures its own, on a free port of 127.0.0.1, in a folder of its own.
 * `port` and `storeDir` let a test restart it where it was; a `storeDir` that was given is kept.
 * @throws BenchbusError NATS_SERVER_NOT_FOUND
 */
export async function startNats(
  options: { readonly port?: number; readonly storeDir?: string } = {},
): Promise<TestServer> {
  const program = await findNatsServer();
  const port = options.port ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'benchbus-nats-'));
  const config = join(folder, 'nats.conf');
  await writeFile(config, natsServerConfig({ port, storeDir: options.storeDir ?? join(folder, 'store') }));
  const child = startChild(program, ['-c', config]);
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await child.line((line) => (line.includes('Server is ready') ? true : undefined), program);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `nats://127.0.0.1:${port}`, port, pid: child.pid, stop };
}
