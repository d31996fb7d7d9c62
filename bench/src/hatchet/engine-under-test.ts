import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { HatchetClient } from '@hatchet-dev/typescript-sdk';

const MAIN = fileURLToPath(import.meta.resolve('@benchbus/hatchet-embedded/main'));
const nothing = (): void => undefined;
const silence = { debug: nothing, info: nothing, green: nothing, warn: nothing, error: nothing, util: nothing };

export type Client = InstanceType<typeof HatchetClient>;

export interface EngineUnderTest {
  readonly engine: 'embedded' | 'configured';
  readonly client: Client;
  stop(): Promise<void>;
}

/** The engine of HATCHET_CLIENT_TOKEN, if it is set; else an embedded one in a process and a folder of its own. */
export async function engineUnderTest(): Promise<EngineUnderTest> {
  if (process.env['HATCHET_CLIENT_TOKEN']) {
    const client = HatchetClient.init({ logger: () => silence });
    return { engine: 'configured', client, stop: () => Promise.resolve() };
  }
  const folder = await mkdtemp(join(tmpdir(), 'benchbus-bench-'));
  const readyFile = join(folder, 'ready.json');
  const env = { ...process.env, BENCHBUS_HATCHET_STATE_DIR: folder, BENCHBUS_HATCHET_READY_FILE: readyFile };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(child.stdout)) if (line.includes('engine ready')) break;
  child.stdout.resume(); // nobody reads on, and a full pipe would stop it
  const ready = JSON.parse(await readFile(readyFile, 'utf8')) as Record<'token' | 'grpcAddress' | 'restUrl', string>;
  return {
    engine: 'embedded',
    client: HatchetClient.init({
      token: ready.token,
      host_port: ready.grpcAddress,
      api_url: ready.restUrl,
      tls_config: { tls_strategy: 'none' },
      logger: () => silence,
    }),
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
