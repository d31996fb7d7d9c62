import { Valkey } from 'iovalkey';
import type { Logger } from 'pino';
import { hideUserinfo, instrumented } from '@benchbus/service';

export interface ValkeyOptions {
  /** `redis://user:password@host:port`; never logged. */
  readonly url: string;
  /** A command without an answer for so long fails; nothing waits for Valkey longer. */
  readonly commandTimeoutMs: number;
  /** Longest pause between two attempts to connect. */
  readonly reconnectMs: number;
}

/**
 * A connection that comes back by itself. Commands fail at once while it is down: whoever needs them goes on without, and
 * catches up at `ready`. An outage is logged once, its end too.
 */
export function connectValkey(options: ValkeyOptions, logger: Logger): Valkey {
  const Client = instrumented('valkey', Valkey);
  const client = new Client(options.url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: options.commandTimeoutMs,
    connectTimeout: options.commandTimeoutMs,
    retryStrategy: (times) => Math.min(options.reconnectMs, 50 * 2 ** Math.min(times, 10)),
  });
  let down = false;
  client.on('error', (error: Error) => {
    if (!down) {
      const hint = 'reservations go on without it; the view in Valkey is rebuilt when it is back';
      logger.warn({ code: 'VALKEY_DOWN', reason: hideUserinfo(error.message), hint }, 'Valkey cannot be reached');
    }
    down = true;
  });
  client.on('ready', () => {
    if (down) logger.info('Valkey is back');
    down = false;
  });
  return client;
}
