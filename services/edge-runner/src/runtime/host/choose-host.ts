import { BenchbusError } from '@benchbus/events';
import { LocalHost, type LocalHostOptions } from './local/local-host.ts';
import type { ProcessHost } from './process-host.ts';

export const RUNTIMES = ['local', 'docker'] as const;
export type Runtime = (typeof RUNTIMES)[number];

/**
 * Where the processes of this runner's node run.
 * @throws BenchbusError RUNTIME_UNAVAILABLE
 */
export function chooseHost(runtime: Runtime, options: LocalHostOptions): ProcessHost {
  if (runtime === 'local') return new LocalHost(options);
  throw new BenchbusError({
    code: 'RUNTIME_UNAVAILABLE',
    message: `this edge runner cannot run processes in ${runtime}`,
    where: 'BENCHBUS_RUNTIME',
    hint: 'use the runtime local',
  });
}
