import { setTimeout as delay } from 'node:timers/promises';
import { BenchbusError } from '@benchbus/events';
import type { Logger } from 'pino';
import { takePool } from './pool-lock.ts';
import type { PoolLock, PoolLockOptions } from './pool-lock.ts';

export interface Standby {
  /** Between looks at whether the other one lives: nobody but its parent is told of its end. Undefined: no waiting. */
  readonly lookMs: number | undefined;
  readonly signal: AbortSignal;
  readonly logger: Pick<Logger, 'info'>;
}

/**
 * Takes the installation's pool, in its turn (undefined: it was asked to end before): of the provisioners of one installation on one machine only the one that has it
 * acts, the others stand by until it has ended. So no two of them ever make or remove the same things at once, and what one
 * that was killed left half is gone on with at once.
 * @throws BenchbusError INSTALLATION_RUNNING without `lookMs`, LOCAL_POOLS_EXHAUSTED, LOCAL_LOCKS_UNSAFE
 */
export async function takePoolInTurn(
  options: PoolLockOptions,
  { lookMs, signal, logger }: Standby,
): Promise<PoolLock | undefined> {
  for (let waiting = false; !signal.aborted; waiting = true) {
    try {
      return await takePool(options);
    } catch (error) {
      if (lookMs === undefined || !(error instanceof BenchbusError) || error.code !== 'INSTALLATION_RUNNING')
        throw error;
      if (!waiting) logger.info(error.problem, 'standing by: another provisioner serves this installation here');
    }
    await delay(lookMs, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
