import { HatchetClient } from '@hatchet-dev/typescript-sdk';
import type { RunningEngine } from '../start-engine.ts';

/** The unmodified SDK's client. */
export type Client = InstanceType<typeof HatchetClient>;
export type Worker = Awaited<ReturnType<Client['worker']>>;
export type Workflows = NonNullable<Exclude<Parameters<Client['worker']>[1], number | undefined>['workflows']>;

type Address = Pick<RunningEngine, 'token' | 'grpcAddress' | 'restUrl'>;

/** A client of this engine, quiet, by default without the SDK's long retries of refused calls (its own default: 8 attempts). */
export function connect({ token, grpcAddress, restUrl }: Address, maxAttempts = 1, namespace = ''): Client {
  return HatchetClient.init({
    token,
    host_port: grpcAddress,
    api_url: restUrl,
    tls_config: { tls_strategy: 'none' },
    log_level: 'OFF',
    retrier: { maxAttempts },
    namespace,
  });
}

/** Workers of one test; `stop` in afterEach. */
export class Workers {
  readonly #client: Client;
  readonly #running: Worker[] = [];

  constructor(client: Client) {
    this.#client = client;
  }

  /** Starts a worker and waits until it listens. */
  async start(
    workflows: Workflows,
    options: { slots?: number; labels?: Record<string, string | number> } = {},
  ): Promise<Worker> {
    const worker = await this.#client.worker(`worker-${crypto.randomUUID()}`, {
      workflows,
      handleKill: false,
      ...options,
    });
    this.#running.push(worker);
    worker.start().catch((error: unknown) => console.error('worker ended', error));
    await worker.waitUntilReady();
    return worker;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((worker) => worker.stop()));
  }
}

let names = 0;

/** A workflow name nobody else uses. */
export function uniqueName(prefix: string): string {
  names += 1;
  return `${prefix}-${String(names)}-${crypto.randomUUID().slice(0, 8)}`;
}
