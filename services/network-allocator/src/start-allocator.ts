import type { RunningService, ServiceContext } from '@benchbus/service';
import type { Valkey } from 'iovalkey';
import { connectValkey } from './adapters/valkey-client.ts';
import { redlockLock } from './adapters/redlock-lock.ts';
import { ValkeyView } from './adapters/valkey-view.ts';
import { poolFaults } from './domain/decide-pools.ts';
import { Allocator } from './shell/allocator.ts';
import { noLock } from './shell/grant-lock.ts';
import { Projection } from './shell/projection.ts';

export interface AllocatorConfig {
  readonly VALKEY_URL?: string | undefined;
  readonly BENCHBUS_VALKEY_TIMEOUT_MS: number;
  readonly BENCHBUS_VALKEY_RECONNECT_MS: number;
  readonly BENCHBUS_ALLOCATOR_LOCK: 'redlock' | 'none';
  readonly BENCHBUS_ALLOCATOR_LOCK_TTL_MS: number;
  readonly BENCHBUS_ALLOCATOR_LOCK_WAIT_MS: number;
  readonly BENCHBUS_ALLOCATOR_CATCH_UP_MS: number;
  readonly BENCHBUS_ALLOCATOR_RETRY_MS: number;
}

type Context = Pick<ServiceContext<AllocatorConfig>, 'bus' | 'logger'> & { readonly config: AllocatorConfig };

/** Log → projection → decisions; beside it, the view in Valkey. Valkey may be down at any time, the log may not. */
export async function startAllocator({ bus, config, logger }: Context): Promise<RunningService> {
  const projection = new Projection();
  const client = valkeyOf(config, logger.child({ name: 'valkey' }));
  const allocator = new Allocator({
    log: bus.log,
    projection,
    lock: lockOf(client, config, logger.child({ name: 'lock' })),
    logger: logger.child({ name: 'allocator' }),
    catchUpMs: config.BENCHBUS_ALLOCATOR_CATCH_UP_MS,
    setAsideMs: config.BENCHBUS_ALLOCATOR_RETRY_MS,
  });
  const view = client && new ValkeyView(client, projection, logger.child({ name: 'valkey' }), () => allocator.wake());

  projection.onEvent((event) => {
    const host =
      event.name === 'HostAnnounced' ? projection.state.hosts.get(event.subject.split('.')[2] ?? '') : undefined;
    for (const fault of host === undefined ? [] : poolFaults(host))
      logger.error({ code: 'POOL_INVALID', ...fault }, 'a host announced a pool that cannot be used');
  });
  await projection.start(bus.log);
  view?.start();
  allocator.start();
  return {
    stop: async () => {
      await allocator.stop();
      await view?.stop();
      client?.disconnect();
      await projection.stop();
    },
  };
}

function valkeyOf(config: AllocatorConfig, logger: Context['logger']): Valkey | undefined {
  if (config.VALKEY_URL === undefined) {
    logger.warn({ code: 'VALKEY_UNSET', hint: 'set VALKEY_URL' }, 'reservations are not shown in Valkey');
    return undefined;
  }
  return connectValkey(
    {
      url: config.VALKEY_URL,
      commandTimeoutMs: config.BENCHBUS_VALKEY_TIMEOUT_MS,
      reconnectMs: config.BENCHBUS_VALKEY_RECONNECT_MS,
    },
    logger,
  );
}

function lockOf(client: Valkey | undefined, config: AllocatorConfig, logger: Context['logger']) {
  if (client === undefined || config.BENCHBUS_ALLOCATOR_LOCK === 'none') return noLock;
  return redlockLock(
    client,
    { ttlMs: config.BENCHBUS_ALLOCATOR_LOCK_TTL_MS, waitMs: config.BENCHBUS_ALLOCATOR_LOCK_WAIT_MS },
    logger,
  );
}
