import type { StorageUse } from '../bus/event-bus.ts';
import { jetstreamManager, type JetStreamManager, type StreamInfo } from '@nats-io/jetstream';
import { apiOf, openConnection, type ConnectionSettings } from './connection.ts';
import { findStream } from './ensure-streams.ts';
import { notPermitted } from './not-permitted.ts';
import { accountUse } from './storage.ts';
import {
  ADVISORIES_STREAM,
  ARCHIVE_STREAM,
  DEADLETTERS_STREAM,
  EVENTS_STREAM,
  REQUESTS_STREAM,
  TELEMETRY_STREAM,
} from './stream-configs.ts';

export interface StreamView {
  readonly name: string;
  readonly messages: number;
  readonly bytes: number;
  /** At most so many are kept; absent: no limit. */
  readonly maxBytes?: number;
  /** Servers that keep a copy. */
  readonly replicas: number;
  /** No message of it can be deleted or purged. */
  readonly isAppendOnly: boolean;
  readonly lastSequence: number;
  /** Of a stream that another one feeds: how many messages it lacks, and how long ago it heard of it, ms; -1: not yet. */
  readonly fed?: { readonly lag: number; readonly heardMs: number };
}

export interface ConsumerView {
  readonly stream: string;
  readonly name: string;
  /** Not handed out yet. */
  readonly pending: number;
  /** Handed out, and not acknowledged: being handled, or waiting for another try. */
  readonly ackPending: number;
  /** Open requests for messages: none means that nobody listens. */
  readonly listening: number;
}

/** What a server tells about its streams and the durable consumers of them. */
export interface ServerView {
  readonly streams: readonly StreamView[];
  readonly consumers: readonly ConsumerView[];
  /** All streams and buckets together; absent: not told to this user. */
  readonly account?: StorageUse;
  /** The server's clock less this machine's, milliseconds; as exact as the answer was fast. */
  readonly clockOffsetMs: number;
}

const streamView = ({ config, state, sources }: StreamInfo): StreamView => ({
  name: config.name,
  messages: state.messages,
  bytes: state.bytes,
  ...(config.max_bytes > 0 ? { maxBytes: config.max_bytes } : {}),
  replicas: config.num_replicas,
  isAppendOnly: config.deny_delete && config.deny_purge,
  lastSequence: state.last_seq,
  ...(sources?.[0] === undefined ? {} : { fed: { lag: sources[0].lag, heardMs: Math.round(sources[0].active / 1e6) } }),
});

async function consumersOf(jsm: JetStreamManager, stream: string): Promise<ConsumerView[]> {
  const views: ConsumerView[] = [];
  for await (const info of jsm.consumers.list(stream)) {
    if (info.config.durable_name === undefined) continue;
    const { name, num_pending: pending, num_ack_pending: ackPending, num_waiting: listening } = info;
    views.push({ stream, name, pending, ackPending, listening });
  }
  return views;
}

/** The answer says when it was given; taken to be in the middle between question and receipt. */
function offsetOf(info: StreamInfo & { readonly ts?: string }, asked: number, answered: number): number {
  const given = Date.parse(info.ts ?? '');
  return Number.isNaN(given) ? 0 : Math.round(given - (asked + answered) / 2);
}

const STREAMS = [
  EVENTS_STREAM,
  ARCHIVE_STREAM,
  REQUESTS_STREAM,
  DEADLETTERS_STREAM,
  ADVISORIES_STREAM,
  TELEMETRY_STREAM,
];

/**
 * Looks at the streams of benchbus that a server has, and at who listens; changes nothing.
 * @throws BenchbusError NATS_UNREACHABLE | NATS_ACCESS_REFUSED | NATS_TOO_OLD | NATS_NOT_PERMITTED
 */
export async function inspectServer(settings: ConnectionSettings): Promise<ServerView> {
  const connection = await openConnection(settings);
  try {
    const jsm = await jetstreamManager(connection, { checkAPI: false, apiPrefix: apiOf(connection, settings.access) });
    const streams: StreamInfo[] = [];
    let clockOffsetMs = 0;
    for (const name of STREAMS) {
      const asked = Date.now();
      const info = await findStream(jsm, name);
      if (info === undefined) continue;
      streams.push(info);
      clockOffsetMs = offsetOf(info, asked, Date.now());
    }
    const consumers = await Promise.all(streams.map(({ config }) => consumersOf(jsm, config.name)));
    const copies = streams.find(({ config }) => config.name === EVENTS_STREAM)?.config.num_replicas ?? 1;
    const account = await jsm.getAccountInfo().then(
      (info) => accountUse(info, copies),
      () => undefined,
    );
    return {
      streams: streams.map(streamView),
      consumers: consumers.flat(),
      clockOffsetMs,
      ...(account === undefined ? {} : { account }),
    };
  } catch (error) {
    throw notPermitted(error);
  } finally {
    await connection.close();
  }
}
