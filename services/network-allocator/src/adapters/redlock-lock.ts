import { namedEffect } from '@benchbus/service';
import type { Valkey } from 'iovalkey';
import type { Logger } from 'pino';
import Redlock from 'redlock';
import type { GrantLock } from '../shell/grant-lock.ts';

export interface LockOptions {
  /** A holder that died gives the lock back after so long. */
  readonly ttlMs: number;
  /** How long to wait for another holder before going on without the lock. */
  readonly waitMs: number;
}

const RETRY_MS = 20;

/** Redlock on one Valkey. For efficiency only (see GrantLock): whatever goes wrong here, the routine runs. */
export function redlockLock(client: Valkey, options: LockOptions, logger: Logger): GrantLock {
  const redlock = new Redlock([client], {
    retryCount: Math.ceil(options.waitMs / RETRY_MS),
    retryDelay: RETRY_MS,
    retryJitter: RETRY_MS,
    // A routine is one append: it never needs an extension.
    automaticExtensionThreshold: 0,
  });
  // Each failed try is emitted as well; what matters comes back from acquire.
  redlock.on('error', () => undefined);

  return {
    async around(resource, routine) {
      if (client.status !== 'ready') return routine();
      const lock = await namedEffect('lock-acquire', () =>
        redlock.acquire([`benchbus:lock:${resource}`], options.ttlMs).catch((error: unknown) => {
          logger.debug({ resource, reason: String(error) }, 'no lock; going on without');
          return undefined;
        }),
      );
      try {
        return await routine();
      } finally {
        // It ends by itself after its time to live.
        await namedEffect('lock-release', async () => lock?.release().catch(() => undefined));
      }
    },
    stop: () => Promise.resolve(),
  };
}
