import type { StoredRequest } from '../bus/consume.ts';
import { decodeRequest } from '../envelope/decode-request.ts';
import { UnreadableMessage } from '../envelope/refused.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';

/** One of the requests somebody reads back; none for rubbish, which the consumer parks. */
export function readableRequest(stored: StoredMessage, storedAt: number): StoredRequest[] {
  try {
    return [{ request: decodeRequest(stored), storedAt }];
  } catch (error) {
    if (error instanceof UnreadableMessage) return [];
    throw error;
  }
}
