import type { Msg } from '@nats-io/transport-node';
import type { Link } from './link.ts';

const EXPIRES_MS = 30_000;
const HEARTBEAT_MS = 5000;
const NS_PER_MS = 1_000_000;

export interface PullRequest {
  /** Messages still to come. */
  readonly open: () => number;
  readonly drop: () => void;
}

/**
 * One pull of `batch` messages from a durable consumer (`$JS.API.CONSUMER.MSG.NEXT`). Ends when all came, when it expires,
 * or when the server falls silent; `onEnd(refused)` is told whether it ended before its time.
 */
export function pullRequest(
  link: Link,
  target: { readonly stream: string; readonly consumer: string; readonly batch: number },
  onMessage: (message: Msg) => void,
  onEnd: (refused: boolean) => void,
): PullRequest {
  const { nc } = link;
  let open = target.batch;
  let ended = false;
  const inbox = link.newInbox();
  const end = (refused: boolean) => {
    if (ended) return;
    ended = true;
    clearTimeout(silence);
    sub.unsubscribe();
    onEnd(refused);
  };
  const silence = setTimeout(() => end(false), HEARTBEAT_MS * 2 + 1000);
  const callback = (error: Error | null, msg: Msg) => {
    if (ended) return;
    if (error !== null) return end(true);
    silence.refresh();
    const code = msg.subject === inbox ? (msg.headers?.code ?? 0) : 0;
    // 100: idle heartbeat. 408 and 404: it expired. 409 and 503: no consumer or no stream (yet).
    if (code === 100) return;
    if (code !== 0) return end(code !== 408 && code !== 404);
    open -= 1;
    onMessage(msg);
    if (open === 0) end(false);
  };
  const sub = nc.subscribe(inbox, { callback });
  const body = { batch: target.batch, expires: EXPIRES_MS * NS_PER_MS, idle_heartbeat: HEARTBEAT_MS * NS_PER_MS };
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${target.stream}.${target.consumer}`;
  nc.publish(subject, JSON.stringify(body), { reply: inbox });
  return { open: () => (ended ? 0 : open), drop: () => end(false) };
}
