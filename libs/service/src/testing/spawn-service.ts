import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { entryOf } from '../entry-of.ts';
import type { Child } from './child.ts';
import { startChild } from './child.ts';

export interface SpawnServiceOptions {
  /** The service's main file. */
  readonly main: string;
  /** Added to PATH and HOME; nothing else is inherited. A health port is chosen unless one is given. */
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly timeoutMs?: number;
}

export interface SpawnedService extends Child {
  /** `http://127.0.0.1:<port>`, where /healthz and /readyz are. */
  readonly healthUrl: string;
}

function readyPort(line: string): number | undefined {
  if (!line.includes('"msg":"ready"')) return undefined;
  const { healthPort } = JSON.parse(line) as { healthPort?: number };
  return healthPort;
}

/**
 * Starts a service as a process, as production does, and returns without waiting for it to be ready: for tests of what
 * happens at start.
 */
export function launchService(options: SpawnServiceOptions): Child {
  const telemetry = createRequire(import.meta.url).resolve('../telemetry/register.ts');
  const { PATH = '', HOME = '/', NODE_COMPILE_CACHE = '' } = process.env;
  const inherited = { PATH, HOME, NODE_COMPILE_CACHE };
  return startChild(
    process.execPath,
    ['--import', telemetry, entryOf(options.main, { ...process.env, ...options.env }), ...(options.args ?? [])],
    {
      cwd: dirname(options.main),
      // The ready line has to be printed and to be JSON: these two are fixed unless the test says otherwise.
      env: { ...inherited, BENCHBUS_HEALTH_PORT: '0', LOG_MOD: 'production', LOG_LEVEL: 'info', ...options.env },
    },
  );
}

/** Starts a service as a process and waits for its ready line. */
export async function spawnService(options: SpawnServiceOptions): Promise<SpawnedService> {
  const child = launchService(options);
  try {
    const port = await child.line(readyPort, `${options.main} ready`, options.timeoutMs);
    return { ...child, healthUrl: `http://127.0.0.1:${port}` };
  } catch (error) {
    child.process.kill('SIGKILL');
    throw error;
  }
}
