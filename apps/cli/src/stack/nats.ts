import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNatsServer, natsServerConfig } from '@benchbus/events';
import type { ChildSpec } from './child-spec.ts';
import { PORT_TAKEN, saysPortTaken } from './start-on-port.ts';
import type { StateDir } from './state-dir.ts';

export interface NatsPlan {
  readonly spec: ChildSpec;
  readonly url: string;
}

/** nats-server with JetStream on 127.0.0.1, its store below the state folder. @throws BenchbusError NATS_SERVER_NOT_FOUND */
export async function planNats(
  env: NodeJS.ProcessEnv,
  dir: StateDir,
  own: Record<string, string>,
  port: number,
): Promise<NatsPlan> {
  const path = await findNatsServer(env);
  mkdirSync(dir.nats, { recursive: true, mode: 0o700 });
  const config = join(dir.run, 'nats.conf');
  writeFileSync(config, natsServerConfig({ host: '127.0.0.1', port, storeDir: dir.nats }), { mode: 0o600 });
  const spec: ChildSpec = {
    name: 'nats',
    command: path,
    args: ['-c', config],
    env: own,
    cwd: dir.root,
    ready: (line) => (line.includes('Server is ready') ? true : saysPortTaken(line) ? PORT_TAKEN : undefined),
    readyTimeoutMs: 60_000,
    graceMs: 10_000,
  };
  return { spec, url: `nats://127.0.0.1:${port}` };
}
