import type { JetStreamManager, MsgRequest } from '@nats-io/jetstream';
import type { StoredRequest } from '../bus/consume.ts';
import { subjects } from '../bus/subjects.ts';
import { readableRequest } from '../core/decode-requests.ts';
import type { Link } from './link.ts';
import { REQUESTS_STREAM } from './stream-configs.ts';
import { fromWire } from './wire-headers.ts';

/**
 * The requests of one suite, which are few. Asks the stream's leader (STREAM.MSG.GET), not any replica as a direct get does:
 * what was stored before the call is seen.
 */
export async function readRequests(link: Link, jsm: JetStreamManager, suiteId: string): Promise<StoredRequest[]> {
  const subject = subjects.request(suiteId);
  const found: StoredRequest[] = [];
  for (let seq = 1; ;) {
    // The API knows `next_by_subj` since 2.2; the client hands it on, its type leaves it out.
    const query = { seq, next_by_subj: subject } as MsgRequest;
    const message = await link.retry(`reading ${subject}`, () => jsm.streams.getMessage(REQUESTS_STREAM, query));
    if (message === null) return found;
    const headers = fromWire(message.header);
    const stored = { subject: message.subject, sequence: message.seq, headers, body: message.data };
    found.push(...readableRequest(stored, message.time.getTime()));
    seq = message.seq + 1;
  }
}
