import type { EventBus } from '@benchbus/events';
import { connectBus } from '@benchbus/events';
import type { Connection } from './find-connection.ts';

/** A person waits: long enough for a server that is starting, short enough for one that is not there. */
const CONNECT_TIMEOUT_MS = 2_000;

export interface OpenOptions {
  /** False: who only looks leaves no trace on a server that is not benchbus'. Default true. */
  readonly ensureStreams?: boolean;
  /** True: read the archive of the log instead; nothing is made or appended. */
  readonly archive?: boolean;
}

/** Connects as a client. @throws BenchbusError NATS_UNREACHABLE | STREAMS_MISSING | ARCHIVE_MISSING */
export function openBus(
  connection: Pick<Connection, 'natsUrl' | 'installation'> & Partial<Pick<Connection, 'security'>>,
  { archive = false, ensureStreams = !archive }: OpenOptions = {},
): Promise<EventBus> {
  return connectBus({
    servers: connection.natsUrl,
    name: 'cli',
    source: 'benchbus/cli',
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    ensureStreams,
    fromArchive: archive,
    ...connection.security,
    ...(connection.installation === undefined ? {} : { installation: connection.installation }),
  });
}

/** Runs `use` with a connection that is closed afterwards. */
export async function withBus<T>(
  connection: Connection,
  use: (bus: EventBus) => Promise<T>,
  options: OpenOptions = {},
): Promise<T> {
  const bus = await openBus(connection, options);
  try {
    return await use(bus);
  } finally {
    await bus.close();
  }
}
