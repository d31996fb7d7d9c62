import { DeliverPolicy, type Consumer, type ConsumerInfo, type JetStreamClient } from '@nats-io/jetstream';
import { BenchbusError, NoAnswer } from '../bus/errors.ts';
import { silentLogger } from '../core/logger.ts';
import { followerOf } from '../questions/follow.ts';
import type { Link } from './link.ts';
import { NatsQuestions } from './questions.ts';

export interface FollowerSettings {
  readonly stream: string;
  /** None: all of the stream. */
  readonly subjects: readonly string[];
  /** First sequence wanted, or the last message of every subject and what follows. */
  readonly from: number | 'last-per-subject';
  readonly headersOnly?: boolean;
}

/**
 * A consumer to read a stream by: an ordered one of our own, or, outside the services' account, one that a service makes for us. That
 * one loses what was under way when a connection breaks: its delivery sequences show it.
 * @throws BenchbusError FOLLOW_UNSERVED | FOLLOW_REFUSED | NATS_NOT_PERMITTED
 */
export async function openFollower(link: Link, js: JetStreamClient, settings: FollowerSettings): Promise<Consumer> {
  const { stream, subjects, from, headersOnly = false } = settings;
  if (link.outside) return followerFromService(link, js, settings);
  return js.consumers.get(stream, {
    ...(from === 'last-per-subject'
      ? { deliver_policy: DeliverPolicy.LastPerSubject }
      : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from }),
    ...(subjects.length === 0 ? {} : { filter_subjects: [...subjects] }),
    ...(headersOnly ? { headers_only: true } : {}),
  });
}

async function followerFromService(link: Link, js: JetStreamClient, settings: FollowerSettings): Promise<Consumer> {
  const { stream, subjects, from, headersOnly = false } = settings;
  try {
    const asked = { subjects: [...subjects], from, headersOnly };
    const info = await new NatsQuestions(link, silentLogger).ask(followerOf(stream), asked);
    return js.consumers.getConsumerFromInfo(info as unknown as ConsumerInfo);
  } catch (error) {
    if (!(error instanceof NoAnswer && error.nobody)) throw error;
    throw new BenchbusError(
      {
        code: 'FOLLOW_UNSERVED',
        message: `no service is there that lets ${stream} be followed`,
        where: link.address,
        hint: 'start a service of the installation: clients and runners follow the log by way of them',
      },
      { cause: error },
    );
  }
}
