import type { JetStreamAccountStats, JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import type { StorageUse } from '../bus/event-bus.ts';
import { DEADLETTERS_STREAM, EVENTS_STREAM, REQUESTS_STREAM } from './stream-configs.ts';

const use = (of: StorageUse['of'], bytes: number, limit: number): StorageUse => ({
  of,
  bytes,
  ...(limit > 0 ? { limitBytes: limit } : {}),
});

export const streamUse = ({ config, state }: StreamInfo, of: StorageUse['of'] = 'stream'): StorageUse =>
  use(of, state.bytes, config.max_bytes);

/** An account has one limit, or one for each number of copies (tiers R1, R3). */
export function accountUse(account: JetStreamAccountStats, copies: number): StorageUse {
  const { storage, limits } = account.tiers?.[`R${copies}`] ?? account;
  return use('account', storage, limits.max_storage);
}

/** @throws JetStreamApiError */
export async function storageOf(jsm: JetStreamManager): Promise<StorageUse[]> {
  const info = (stream: string): Promise<StreamInfo> => jsm.streams.info(stream);
  const [events, account] = await Promise.all([info(EVENTS_STREAM), jsm.getAccountInfo()]);
  const [requests, letters] = await Promise.all([info(REQUESTS_STREAM), info(DEADLETTERS_STREAM)]);
  return [
    streamUse(events),
    accountUse(account, events.config.num_replicas),
    streamUse(requests, 'requests'),
    streamUse(letters, 'dead-letters'),
  ];
}
