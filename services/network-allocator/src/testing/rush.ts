import { randomUUID } from 'node:crypto';
import type { TestServer } from '@benchbus/service/testing';
import { startValkey } from '@benchbus/service/testing';
import { Valkey } from 'iovalkey';
import { AllocatorWorld } from './allocator-world.ts';
import { holdings } from './holdings.ts';
import { GIB } from './test-log.ts';

export interface RushOptions {
  /** Allocators, each a process. */
  readonly processes: number;
  /** Requests at once, of all together. */
  readonly requests: number;
  /** `none`: a lock that always grants. */
  readonly lock: 'redlock' | 'none';
  /** Valkey is killed while they work, and comes back empty; then it is flushed. */
  readonly losesValkey: boolean;
  /** One of the processes is killed while they work. */
  readonly losesReplica: boolean;
}

export interface RushResult {
  /** What must never happen, in words. */
  readonly violations: readonly string[];
  /** Runs that got a network, and how many different blocks they have. */
  readonly reserved: number;
  readonly blocks: number;
  /** What Valkey shows at the end. */
  readonly shown: number;
  /** What is still held after all were released. */
  readonly left: number;
  /** Processes that appended something. */
  readonly busy: number;
  readonly seconds: number;
}

const POOL = { cidr: '10.0.0.0/12', blockPrefix: 24 };

/** Many requests at once for blocks of a pool of 4,096, while things break. */
export async function rush(options: RushOptions): Promise<RushResult> {
  const world = await AllocatorWorld.start();
  let valkey = await startValkey();
  try {
    const hostId = `h-${randomUUID()}`;
    await world.hostOf(hostId, {
      cores: 2 * options.requests,
      memoryBytes: 2 * options.requests * GIB,
      targets: [{ name: 'local', pool: POOL }],
    });
    const env = {
      VALKEY_URL: valkey.url,
      BENCHBUS_ALLOCATOR_LOCK: options.lock,
      BENCHBUS_VALKEY_RECONNECT_MS: '100',
      BENCHBUS_VALKEY_CHECK_MS: '500',
    };
    const replicas = await Promise.all(Array.from({ length: options.processes }, () => world.spawn(env)));
    const start = performance.now();
    const [reserved, released] = [world.countOf('NetworkReserved'), world.countOf('NetworkReleased')];
    const asking = Promise.all(
      Array.from({ length: options.requests }, () => world.request({ sharing: 'allowed', suiteId: 'rush' })),
    );
    asking.catch(() => undefined);
    if (options.losesReplica) {
      await reserved.atLeast(options.requests / 10);
      replicas[0]?.process.kill('SIGKILL');
    }
    if (options.losesValkey) {
      await reserved.atLeast(options.requests / 5);
      valkey = await killed(valkey);
      await reserved.atLeast(options.requests / 2);
      const client = new Valkey(valkey.url);
      await client.flushall();
      client.disconnect();
    }
    await asking;
    await reserved.atLeast(options.requests);
    const seconds = (performance.now() - start) / 1000;
    const shown = await shownOn(valkey, hostId, options.requests);
    const events = await world.history();
    const { violations, held } = holdings(events);
    const cidrs = events.flatMap((event) => (event.name === 'NetworkReserved' ? [event.data.cidr] : []));
    // What a killed replica granted twice is given back: each holds its share of the host and its block, and nothing else.
    if (held.length !== 2 * options.requests) violations.push(`${held.length} holdings of ${options.requests} runs`);
    await Promise.all((await asking).map((runId) => world.release(runId)));
    await released.atLeast(options.requests);
    await Promise.all([reserved.stop(), released.stop()]);
    const end = holdings(await world.history());
    return {
      ...{ violations: [...violations, ...end.violations], left: end.held.length, shown, seconds },
      reserved: cidrs.length,
      blocks: new Set(cidrs).size,
      busy: replicas.filter(({ lines }) => lines.some((line) => line.includes('"outcome":"appended"'))).length,
    };
  } finally {
    await world.stop();
    await valkey.stop();
  }
}

/** Killed, and at once there again at the same place, without anything. */
async function killed(server: TestServer): Promise<TestServer> {
  process.kill(server.pid, 'SIGKILL');
  await server.stop();
  return startValkey({ port: server.port });
}

/** How many blocks the view has, once it has as many as wanted; driven by the server's notifications. */
async function shownOn(server: TestServer, hostId: string, wanted: number): Promise<number> {
  const [client, notified] = [new Valkey(server.url), new Valkey(server.url)];
  const key = `network:local:${hostId}`;
  try {
    await client.config('SET', 'notify-keyspace-events', 'KA');
    await notified.subscribe(`__keyspace@0__:${key}`);
    return await new Promise<number>((resolve, reject) => {
      const look = (): void => {
        client.scard(key).then((count) => void (count === wanted && resolve(count)), reject);
      };
      setTimeout(() => client.scard(key).then(resolve, reject), 20_000).unref();
      notified.on('message', look);
      look();
    });
  } finally {
    client.disconnect();
    notified.disconnect();
  }
}
