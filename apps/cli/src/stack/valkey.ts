import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import type { ChildSpec } from './child-spec.ts';
import { findValkey } from './programs.ts';
import { PORT_TAKEN, saysPortTaken } from './start-on-port.ts';

export interface ValkeyPlan {
  readonly spec: ChildSpec;
  readonly url: string;
  readonly tempDir: string;
}

/**
 * Valkey (or Redis) for the locks of the allocator: no persistence, in a temporary folder; its password is generated and
 * stands in a file only its owner reads, not among the arguments.
 * @throws BenchbusError VALKEY_MISSING
 */
export function planValkey(env: NodeJS.ProcessEnv, own: Record<string, string>, port: number): ValkeyPlan {
  const command = findValkey(env);
  if (command === undefined) {
    throw new BenchbusError({
      code: 'VALKEY_MISSING',
      message: 'neither valkey-server nor redis-server is installed',
      hint: 'node tools/bootstrap.mjs installs it as root on Debian; else install valkey-server or redis-server',
    });
  }
  const tempDir = mkdtempSync(join(tmpdir(), 'benchbus-valkey-'));
  const password = randomBytes(24).toString('base64url');
  const config = join(tempDir, 'valkey.conf');
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    'save ""',
    'appendonly no',
    `dir ${tempDir}`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`, { mode: 0o600 });
  const spec: ChildSpec = {
    name: 'valkey',
    command,
    args: [config],
    env: own,
    cwd: tempDir,
    ready: (line) => (/ready to accept connections/i.test(line) ? true : saysPortTaken(line) ? PORT_TAKEN : undefined),
    readyTimeoutMs: 30_000,
    graceMs: 5_000,
  };
  return { spec, url: `redis://:${password}@127.0.0.1:${port}`, tempDir };
}
