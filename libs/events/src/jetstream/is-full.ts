import { JetStreamApiError } from '@nats-io/jetstream';

/** A stream's own limit; the account's, of a server or of a cluster; the room of its server, or of all. */
const FULL = new Set([10077, 10002, 10005, 10023, 10047]);

/** The stream's own limit, and not the server's disk. */
export const isAtLimit = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === 10077 && /maximum bytes/.test(error.message);

/** The server stored nothing, as there is no room for it. */
export const isFull = (error: unknown): boolean => error instanceof JetStreamApiError && FULL.has(error.code);
