import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { connectBus, subjects, type Draft, type EventBus } from '@benchbus/events';
import { startNatsServer } from '@benchbus/events/testing';
import { spawnService, startValkey } from '@benchbus/service/testing';
import { BareLog, type BareEvent } from '../floor/bare-log.ts';

const MAIN = join(import.meta.dirname, '../../../services/network-allocator/src/main.ts');
const FAR = '2099-01-01T00:00:00.000Z';
const HOST = 'bench';

/** One nats-server, one Valkey and one allocator, a host without limits, and a pool of 131,072 blocks. */
export class AllocatorWorld {
  readonly bus: EventBus;
  readonly bare: BareLog;
  readonly #stops: (() => Promise<unknown>)[];
  /** Who waits for a reservation or a release, by run. */
  readonly #waiting = new Map<string, () => void>();
  readonly #held: string[] = [];
  /** A request as benchbus makes it: what asks for networks is to cost little beside what grants them. */
  #template: BareEvent | undefined;

  private constructor(bus: EventBus, bare: BareLog, stops: (() => Promise<unknown>)[]) {
    this.bus = bus;
    this.bare = bare;
    this.#stops = stops;
  }

  static async start(): Promise<AllocatorWorld> {
    const [nats, valkey] = await Promise.all([startNatsServer(), startValkey()]);
    const bus = await connectBus({ servers: nats.url, name: 'bench', source: '/bench' });
    const bare = await BareLog.connect(nats.url);
    // A line of the log for each append would have to be read here.
    const env = { NATS_URL: nats.url, VALKEY_URL: valkey.url, LOG_MAPPING: 'allocator=warn' };
    const allocator = await spawnService({ main: MAIN, env });
    const world = new AllocatorWorld(bus, bare, [
      () => allocator.stop(),
      () => bus.close(),
      () => bare.close(),
      () => nats.stop(),
      () => valkey.stop(),
    ]);
    await world.#begin();
    return world;
  }

  get reserved(): number {
    return this.#held.length;
  }

  /** Asks for `count` networks, `inFlight` at once, and waits for each. */
  async reserve(count: number, inFlight: number): Promise<void> {
    await this.#each(
      Array.from({ length: count }, () => `r-${randomUUID()}`),
      inFlight,
      async (runId) => {
        await this.#answered(runId, () => this.#ask(runId));
        this.#held.push(runId);
      },
    );
  }

  /** Gives back all that is held beyond `keep`. */
  async release(keep: number, inFlight: number): Promise<void> {
    await this.#each(this.#held.splice(keep), inFlight, (runId) =>
      this.#answered(runId, async () => {
        const [last] = await this.bus.log.read(subjects.run(runId));
        await this.bus.log.append(releaseOf(runId), last?.sequence ?? 0);
      }),
    );
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) await stop();
  }

  async #begin(): Promise<void> {
    await this.bus.liveness.hold(`host.${HOST}`, { instance: 'bench' });
    await this.bus.log.append(announcement(), 0);
    await this.bus.log.append(request('template'), 0);
    const [stored] = await this.bus.log.readStored(subjects.run('template'));
    if (stored === undefined) throw new Error('the template is not in the log');
    const own = Object.entries(stored.headers).filter(([name]) => name === 'content-type' || name.startsWith('ce-'));
    this.#template = { subject: '', id: '', headers: Object.fromEntries(own), body: stored.body };
    await this.bus.log.follow({
      subjects: ['evt.network.>'],
      from: 'now',
      trusted: true,
      onEvent: ({ subject }) => {
        const runId = subject.slice('evt.network.'.length);
        this.#waiting.get(runId)?.();
        this.#waiting.delete(runId);
      },
    });
  }

  async #answered(runId: string, act: () => Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(runId, resolve);
    await act();
    await promise;
  }

  async #ask(runId: string): Promise<void> {
    if (this.#template === undefined) throw new Error('the world has not begun');
    const [subject, id] = [subjects.run(runId), randomUUID()];
    const headers = { ...this.#template.headers, 'ce-subject': subject, 'ce-id': id };
    await this.bare.append({ ...this.#template, subject, id, headers }, 0);
  }

  async #each(runs: readonly string[], inFlight: number, work: (runId: string) => Promise<void>): Promise<void> {
    const left = runs.values();
    const workers = Array.from({ length: inFlight }, async () => {
      for (const runId of left) await work(runId);
    });
    await Promise.all(workers);
  }
}

const announcement = (): Draft<'HostAnnounced'> => ({
  name: 'HostAnnounced',
  subject: subjects.host(HOST),
  data: {
    hostname: HOST,
    installation: 'bench',
    targets: [{ name: 'local', pool: { cidr: '10.0.0.0/8', blockPrefix: 25 } }],
    cores: 1_000_000,
    memoryBytes: 2 ** 50,
    occupied: [],
    versions: {},
  },
  cause: 'bench',
  correlation: 'bench',
});

const request = (runId: string): Draft<'RunNetworkRequested'> => ({
  name: 'RunNetworkRequested',
  subject: subjects.run(runId),
  data: {
    attempt: 1,
    suiteId: 'bench',
    target: 'local',
    addresses: 3,
    cores: 1,
    memoryBytes: 2 ** 20,
    sharing: 'allowed',
    hardwarePolicy: 'reject',
    deadline: FAR,
    leaseExpiresAt: FAR,
  },
  cause: runId,
  correlation: 'bench',
});

const releaseOf = (runId: string): Draft<'RunReleaseRequested'> => ({
  name: 'RunReleaseRequested',
  subject: subjects.run(runId),
  data: { reason: 'ended', deadline: FAR },
  cause: runId,
  correlation: 'bench',
});
