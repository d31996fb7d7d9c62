import type { EventBus } from '@benchbus/events';
import { connectBus } from '@benchbus/events';
import type { Connection } from './find-connection.ts';

/** A person waits: long enough for a server that is starting, short enough for one that is not there. */
const CONNECT_TIMEOUT_MS = 2_000;

/** Connects as a client. @throws BenchbusError NATS_UNREACHABLE */
export function openBus(connection: Pick<Connection, 'natsUrl' | 'installation'>): Promise<EventBus> {
  return connectBus({
    servers: connection.natsUrl,
    name: 'cli',
    source: 'benchbus/cli',
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    ...(connection.installation === undefined ? {} : { installation: connection.installation }),
  });
}

/** Runs `use` with a connection that is closed afterwards. */
export async function withBus<T>(connection: Connection, use: (bus: EventBus) => Promise<T>): Promise<T> {
  const bus = await openBus(connection);
  try {
    return await use(bus);
  } finally {
    await bus.close();
  }
}
