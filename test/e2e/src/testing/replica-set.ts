import type { Child } from '@benchbus/service/testing';
import type { Installation } from './installation.ts';
import { startReplica, startStandby } from './replica.ts';

export const SERVICES = ['suite-dispatcher', 'network-allocator', 'provisioner', 'artifact-store'] as const;
export type Service = (typeof SERVICES)[number];

/** Further replicas of a stack's services, beside the one of each that the stack itself runs and restarts. */
export class ReplicaSet {
  readonly #installation: Installation;
  readonly #replicas = new Map<Service, Child[]>();

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  async add(service: Service): Promise<void> {
    const replica = await (service === 'provisioner'
      ? startStandby(this.#installation)
      : startReplica(this.#installation, service));
    this.#replicas.set(service, [...(this.#replicas.get(service) ?? []), replica]);
  }

  /** As a node's end takes it away: nothing is finished or said. */
  async killOldest(service: Service): Promise<void> {
    const [oldest, ...others] = this.#replicas.get(service) ?? [];
    if (oldest === undefined) throw new Error(`no further replica of ${service}`);
    this.#replicas.set(service, others);
    oldest.process.kill('SIGKILL');
    await oldest.exited;
  }

  /** The stack's own, which starts it anew. */
  killFirst(service: Service | 'hatchet'): void {
    const pid = this.#installation.pid(service);
    if (pid === undefined) throw new Error(`${service} does not run`);
    process.kill(pid, 'SIGKILL');
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#replicas.values()].flat().map((replica) => replica.stop()));
    this.#replicas.clear();
  }
}
