import { HatchetClient } from '@hatchet-dev/typescript-sdk';
import type { Address } from '../engines/engine.ts';

/** The unmodified SDK's client, worker and task context. */
export type Client = InstanceType<typeof HatchetClient>;
export type Worker = Awaited<ReturnType<Client['worker']>>;
export type WorkerOptions = Exclude<NonNullable<Parameters<Client['worker']>[1]>, number>;

/** A quiet client. `maxAttempts`: how often the SDK tries a call that fails (its own default: 8). */
export function connect({ token, hostPort, apiUrl, tls }: Address, maxAttempts = 1): Client {
  return HatchetClient.init({
    token,
    host_port: hostPort,
    api_url: apiUrl,
    // Without a strategy here the SDK reads HATCHET_CLIENT_TLS_*.
    ...(tls === 'none' ? { tls_config: { tls_strategy: 'none' } } : {}),
    logger: () => silence,
    retrier: { maxAttempts },
  });
}

const nothing = (): void => undefined;
/** The SDK logs much, also at level OFF; failed cases say themselves what was wrong. */
const silence = { debug: nothing, info: nothing, green: nothing, warn: nothing, error: nothing, util: nothing };
