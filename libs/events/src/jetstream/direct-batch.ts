import type { Msg } from '@nats-io/transport-node';
import type { StoredMessage } from '../envelope/stored-message.ts';
import type { Link } from './link.ts';
import { headersOf } from './wire-headers.ts';

const SILENCE_MS = 5000;

export interface DirectBatch {
  readonly messages: StoredMessage[];
  /** Matching messages behind the last one of this batch. */
  readonly pending: number;
}

/**
 * One batched direct get (ADR-31): up to `batch` messages of `subject` from sequence `seq`, in one round trip.
 * The client's own `getBatch` leaves its subscription behind and does not end when the connection dies in the middle.
 */
export function directBatch(
  link: Link,
  stream: string,
  request: { readonly seq: number; readonly subject: string; readonly batch: number },
): Promise<DirectBatch> {
  const { nc } = link;
  return new Promise((resolve, reject) => {
    const messages: StoredMessage[] = [];
    let pending = 0;
    const inbox = link.newInbox();
    const end = (finish: () => void) => {
      clearTimeout(timer);
      off();
      sub.unsubscribe();
      finish();
    };
    const fail = (reason: string) => end(() => reject(new Error(reason)));
    const onMessage = (error: Error | null, msg: Msg) => {
      if (error !== null) return fail(error.message);
      const code = msg.headers?.code ?? 0;
      // 204: end of batch; 404: nothing matches.
      if (code === 204 || code === 404) return end(() => resolve({ messages, pending }));
      if (code !== 0) return fail(`direct get: ${code} ${msg.headers?.description ?? ''}`);
      timer.refresh();
      const headers = headersOf(msg);
      pending = Number(headers['nats-num-pending'] ?? 0);
      messages.push({
        subject: headers['nats-subject'] ?? '',
        sequence: Number(headers['nats-sequence']),
        headers,
        body: msg.data,
      });
    };
    const timer = setTimeout(() => fail('direct get: no answer'), SILENCE_MS);
    const off = link.onDisconnect(() => fail('direct get: the connection was lost'));
    const sub = nc.subscribe(inbox, { callback: onMessage });
    const body = JSON.stringify({ seq: request.seq, next_by_subj: request.subject, batch: request.batch });
    nc.publish(`${link.api}.DIRECT.GET.${stream}`, body, { reply: inbox });
  });
}
