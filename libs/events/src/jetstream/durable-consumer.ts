import {
  AckPolicy,
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { BenchbusError } from '../bus/errors.ts';
import type { DurableSettings } from '../core/consume-stream.ts';

const NS_PER_MS = 1_000_000;
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
/** Shared by all replicas; every message that waits for another try counts, so there must be room for thousands. */
const MAX_ACK_PENDING = 50_000;

/** Pull requests open at once, of all replicas: each has at most one per handler. */
const MAX_WAITING = 4096;

/** Makes or updates the durable that all replicas share. */
export async function ensureDurable(jsm: JetStreamManager, stream: string, options: DurableSettings): Promise<void> {
  if (!NAME.test(options.name))
    throw new BenchbusError({ code: 'CONSUMER_NAME_INVALID', message: `${options.name} does not fit ${NAME}` });
  const changeable = {
    ack_wait: (options.ackWaitMs ?? 30_000) * NS_PER_MS,
    max_deliver: options.maxDeliveries,
    max_ack_pending: MAX_ACK_PENDING,
    filter_subjects: [...options.subjects],
    ...(options.forgetAfterMs === undefined ? {} : { inactive_threshold: options.forgetAfterMs * NS_PER_MS }),
  };
  try {
    await jsm.consumers.info(stream, options.name);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== JetStreamApiCodes.ConsumerNotFound) throw error;
    try {
      await jsm.consumers.add(stream, {
        durable_name: options.name,
        ack_policy: AckPolicy.Explicit,
        deliver_policy: DeliverPolicy.All,
        max_waiting: MAX_WAITING,
        ...changeable,
      });
      return;
    } catch (addError) {
      // Another replica with other settings was faster: bring it to ours below.
      if (!(addError instanceof JetStreamApiError)) throw addError;
    }
  }
  await jsm.consumers.update(stream, options.name, changeable);
}

/** One that is gone already, or has no stream, is no error. */
export async function deleteDurable(jsm: JetStreamManager, stream: string, name: string): Promise<void> {
  try {
    await jsm.consumers.delete(stream, name);
  } catch (error) {
    const absent = [JetStreamApiCodes.ConsumerNotFound, JetStreamApiCodes.StreamNotFound];
    if (!(error instanceof JetStreamApiError) || !absent.some((code) => code === error.code)) throw error;
  }
}
