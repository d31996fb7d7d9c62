import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  decideAndAppend,
  subjects,
  type AnyDraft,
  type AnyRecorded,
  type EventData,
  type EventName,
} from '@benchbus/events';
import { openWorld, ServiceWorld } from '@benchbus/service/testing';
import { hostAnnounced, networkRequested } from './test-log.ts';

const MAIN = join(import.meta.dirname, '../main.ts');
const FAR = '2099-01-01T00:00:00.000Z';

/** Allocators as processes, and a bus as the other services have it. */
export class AllocatorWorld extends ServiceWorld {
  /** Signs of life, by host. */
  readonly #alive = new Map<string, { stop(): Promise<void> }>();

  static async start(): Promise<AllocatorWorld> {
    return new AllocatorWorld(await openWorld(), MAIN);
  }

  async fact<N extends EventName>(name: N, subject: string, data: EventData<N>): Promise<void> {
    const draft = { name, subject, data, cause: randomUUID(), correlation: 'suite' } as AnyDraft;
    await decideAndAppend(this.bus.log, subject, () => draft);
  }

  async host(more: Partial<EventData<'HostAnnounced'>> = {}): Promise<string> {
    const hostId = `h-${randomUUID()}`;
    await this.hostOf(hostId, more);
    return hostId;
  }

  /** The same with a name, or another announcement of it. */
  async hostOf(hostId: string, more: Partial<EventData<'HostAnnounced'>> = {}): Promise<void> {
    await this.fact('HostAnnounced', subjects.host(hostId), hostAnnounced(hostId, more));
    if (this.#alive.has(hostId)) return;
    this.#alive.set(hostId, await this.bus.liveness.hold(`host.${hostId}`, { instance: hostId }));
  }

  /** Its provisioner gives no sign of life any more. */
  async away(hostId: string): Promise<void> {
    await this.#alive.get(hostId)?.stop();
    this.#alive.delete(hostId);
  }

  /** Counts the facts of a name from now on. */
  countOf(name: EventName) {
    let [count, look] = [0, (): void => undefined];
    const following = this.bus.log.follow({
      from: 'now',
      onEvent: (event) => {
        if (event.name === name) count += 1;
        look();
      },
    });
    return {
      atLeast: async (wanted: number): Promise<void> => {
        await following;
        if (count >= wanted) return;
        await new Promise<void>((resolve) => {
          look = () => void (count >= wanted && resolve());
        });
      },
      stop: async (): Promise<void> => (await following).stop(),
    };
  }

  async request(more: Partial<EventData<'RunNetworkRequested'>> = {}): Promise<string> {
    const runId = `r-${randomUUID()}`;
    await this.fact('RunNetworkRequested', subjects.run(runId), networkRequested({ deadline: FAR, ...more }));
    return runId;
  }

  async release(runId: string): Promise<void> {
    await this.fact('RunReleaseRequested', subjects.run(runId), { reason: 'ended', deadline: FAR });
  }

  /** The fact of the aggregate, when it is there. */
  async on<N extends EventName>(subject: string, name: N): Promise<Extract<AnyRecorded, { readonly name: N }>> {
    const probe = async () => (await this.bus.log.read(subject)).findLast((event) => event.name === name);
    const found = await this.bus.log.waitFor([subject], probe, { what: `${name} on ${subject}`, timeoutMs: 100_000 });
    return found as Extract<AnyRecorded, { readonly name: N }>;
  }

  reserved(runId: string) {
    return this.on(subjects.network(runId), 'NetworkReserved');
  }

  released(runId: string) {
    return this.on(subjects.network(runId), 'NetworkReleased');
  }

  /** Everything in the log until now. */
  async history(): Promise<AnyRecorded[]> {
    const events: AnyRecorded[] = [];
    const { promise, resolve } = Promise.withResolvers<true>();
    const following = await this.bus.log.follow({
      from: 'start',
      onEvent: (event) => {
        events.push(event);
      },
      onCaughtUp: () => resolve(true),
    });
    await promise;
    await following.stop();
    return events;
  }
}
