import type { AnyRecorded } from '../bus/recorded-event.ts';
import type { DecodeEvent } from '../envelope/decode.ts';
import { UnreadableMessage } from '../envelope/refused.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import type { BusLogger } from './logger.ts';

/**
 * Stored messages → facts. Rubbish is skipped with a warning (an audit reports it): it must not make the aggregate
 * unreadable for ever. An event of a newer version is an error: deciding without it would be wrong.
 * @throws TypeTooNew
 */
export function decodeAll(stored: readonly StoredMessage[], decode: DecodeEvent, logger: BusLogger): AnyRecorded[] {
  const events: AnyRecorded[] = [];
  for (const message of stored) {
    try {
      events.push(decode(message));
    } catch (error) {
      if (!(error instanceof UnreadableMessage)) throw error;
      logger.warn({ problem: error.problem }, 'skipped a message of the log that is not an event');
    }
  }
  return events;
}
