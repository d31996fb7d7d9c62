import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './child.ts';
import type { Address, Engine } from './engine.ts';

const MAIN = fileURLToPath(import.meta.resolve('@benchbus/hatchet-embedded/main'));

/** The embedded engine in a process of its own, so that it can be killed. */
export async function startEmbedded(): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  const readyFile = join(folder, 'ready.json');
  const env = { ...process.env, BENCHBUS_HATCHET_STATE_DIR: folder, BENCHBUS_HATCHET_READY_FILE: readyFile };
  const launch = () => new Child(process.execPath, [MAIN], { env, cwd: folder, logFile: join(folder, 'engine.log') });
  let child = launch();
  const stop = async () => {
    await child.end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await child.says('engine ready');
    return {
      kind: 'embedded',
      address: await readAddress(readyFile),
      async restart() {
        await child.end('SIGKILL');
        child = launch();
        await child.says('engine ready');
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function readAddress(readyFile: string): Promise<Address> {
  const ready = JSON.parse(await readFile(readyFile, 'utf8')) as Record<'token' | 'grpcAddress' | 'restUrl', string>;
  return { token: ready.token, hostPort: ready.grpcAddress, apiUrl: ready.restUrl, tls: 'none' };
}
