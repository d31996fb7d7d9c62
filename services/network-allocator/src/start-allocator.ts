import type { AnyRecorded } from '@benchbus/events';
import type { RunningService, ServiceContext } from '@benchbus/service';
import type { Valkey } from 'iovalkey';
import { watchHosts } from './adapters/host-watch.ts';
import { allocatorMetrics } from './adapters/metrics.ts';
import { connectValkey } from './adapters/valkey-client.ts';
import { redlockLock } from './adapters/redlock-lock.ts';
import { ValkeyView } from './adapters/valkey-view.ts';
import { changeFault, offerFault, offersOf, scopeOf } from './domain/announced.ts';
import type { NetworkNames } from './domain/reservations.ts';
import { Allocator } from './shell/allocator.ts';
import { answerHostGone } from './shell/answer-host-gone.ts';
import { noLock } from './shell/grant-lock.ts';
import { Projection } from './shell/projection.ts';

export interface AllocatorConfig {
  readonly BENCHBUS_INSTALLATION: string;
  readonly VALKEY_URL?: string | undefined;
  readonly BENCHBUS_VALKEY_TIMEOUT_MS: number;
  readonly BENCHBUS_VALKEY_RECONNECT_MS: number;
  readonly BENCHBUS_ALLOCATOR_LOCK: 'redlock' | 'none';
  readonly BENCHBUS_ALLOCATOR_LOCK_TTL_MS: number;
  readonly BENCHBUS_ALLOCATOR_LOCK_WAIT_MS: number;
  readonly BENCHBUS_ALLOCATOR_CATCH_UP_MS: number;
  readonly BENCHBUS_ALLOCATOR_RETRY_MS: number;
  readonly BENCHBUS_ALLOCATOR_YIELD_MS: number;
  readonly BENCHBUS_ALLOCATOR_IN_FLIGHT: number;
  readonly BENCHBUS_ALLOCATOR_QUARANTINE_MS: number;
  readonly BENCHBUS_ALLOCATOR_TAKEN_MS: number;
  readonly BENCHBUS_VALKEY_CHECK_MS: number;
  readonly BENCHBUS_VALKEY_DOCKER_NETWORK?: string | undefined;
  readonly BENCHBUS_VALKEY_YANDEX_NETWORK?: string | undefined;
}

type Context = Pick<ServiceContext<AllocatorConfig>, 'bus' | 'logger'> & { readonly config: AllocatorConfig };

/** Log → projection → decisions; beside it, the view in Valkey. Valkey may be down at any time, the log may not. */
export async function startAllocator({ bus, config, logger }: Context): Promise<RunningService> {
  const projection = new Projection();
  const client = valkeyOf(config, logger.child({ name: 'valkey' }));
  const rules = {
    quarantineMs: config.BENCHBUS_ALLOCATOR_QUARANTINE_MS,
    takenMs: config.BENCHBUS_ALLOCATOR_TAKEN_MS,
  };
  let wake = (): void => undefined;
  const hosts = await watchHosts(bus.liveness, () => wake());
  const metrics = allocatorMetrics(projection, rules, hosts);
  const allocator = new Allocator({
    log: bus.log,
    projection,
    lock: lockOf(client, config, logger.child({ name: 'lock' })),
    logger: logger.child({ name: 'allocator' }),
    catchUpMs: config.BENCHBUS_ALLOCATOR_CATCH_UP_MS,
    setAsideMs: config.BENCHBUS_ALLOCATOR_RETRY_MS,
    yieldMs: config.BENCHBUS_ALLOCATOR_YIELD_MS,
    inFlight: config.BENCHBUS_ALLOCATOR_IN_FLIGHT,
    rules,
    meter: metrics,
    living: hosts.living,
  });
  wake = () => allocator.wake();
  const view =
    client &&
    new ValkeyView({
      client,
      projection,
      logger: logger.child({ name: 'valkey' }),
      installation: config.BENCHBUS_INSTALLATION,
      names: networkNames(config),
      onForeign: () => allocator.wake(),
      checkMs: config.BENCHBUS_VALKEY_CHECK_MS,
      firstLookMs: config.BENCHBUS_VALKEY_TIMEOUT_MS,
    });

  projection.onEvent((event) => reportPools(event, projection, logger));
  await projection.start(bus.log);
  await view?.start();
  allocator.start();
  const stopping = new AbortController();
  const answering = await answerHostGone({
    ...{ bus, projection, logger: logger.child({ name: 'hosts' }), signal: stopping.signal },
    catchUpMs: config.BENCHBUS_ALLOCATOR_CATCH_UP_MS,
  });
  return {
    stop: async () => {
      stopping.abort();
      await answering.stop();
      await allocator.stop();
      await hosts.stop();
      await view?.stop();
      client?.disconnect();
      metrics.stop();
      await projection.stop();
    },
  };
}

function reportPools(event: AnyRecorded, { state }: Projection, logger: Context['logger']): void {
  const hostId = event.subject.split('.')[2] ?? '';
  const host = event.name === 'HostAnnounced' ? state.hosts.get(hostId) : undefined;
  for (const offer of host === undefined ? [] : offersOf(host)) {
    const what = { hostId, scope: scopeOf(hostId, offer), pool: offer.cidr };
    const fault = offerFault(state, hostId, offer);
    if (fault !== undefined) logger.error({ ...what, ...fault }, 'a host announced a pool that cannot be used');
    const changed = changeFault(state, hostId, offer);
    if (changed !== undefined)
      logger.warn({ ...what, ...changed }, 'a host announced a pool that is defined otherwise');
  }
}

function networkNames(config: AllocatorConfig): NetworkNames {
  const { BENCHBUS_VALKEY_DOCKER_NETWORK: docker, BENCHBUS_VALKEY_YANDEX_NETWORK: yandex } = config;
  return { ...(docker === undefined ? {} : { docker }), ...(yandex === undefined ? {} : { yandex }) };
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
