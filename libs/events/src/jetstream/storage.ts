import type { JetStreamAccountStats, JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import type { StorageUse } from '../bus/event-bus.ts';
import { EVENTS_STREAM } from './stream-configs.ts';

const use = (of: StorageUse['of'], bytes: number, limit: number): StorageUse => ({
  of,
  bytes,
  ...(limit > 0 ? { limitBytes: limit } : {}),
});

export const streamUse = ({ config, state }: StreamInfo): StorageUse => use('stream', state.bytes, config.max_bytes);

/** An account has one limit, or one for each number of copies (tiers R1, R3). */
export function accountUse(account: JetStreamAccountStats, copies: number): StorageUse {
  const { storage, limits } = account.tiers?.[`R${copies}`] ?? account;
  return use('account', storage, limits.max_storage);
}

/** @throws JetStreamApiError */
export async function storageOf(jsm: JetStreamManager): Promise<StorageUse[]> {
  const [events, account] = await Promise.all([jsm.streams.info(EVENTS_STREAM), jsm.getAccountInfo()]);
  return [streamUse(events), accountUse(account, events.config.num_replicas)];
}
