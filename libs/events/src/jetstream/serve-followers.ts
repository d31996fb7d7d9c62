import { AckPolicy, DeliverPolicy, JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream';
import { v4 } from 'uuid';
import { FOLLOW_SUBJECTS } from '../access/follow-subjects.ts';
import { BenchbusError } from '../bus/errors.ts';
import type { Questions } from '../bus/questions.ts';
import { followers } from '../questions/follow.ts';
import {
  ARCHIVE_STREAM,
  DEADLETTERS_STREAM,
  EVENTS_STREAM,
  LIVENESS_BUCKET,
  REQUESTS_STREAM,
  TELEMETRY_STREAM,
} from './stream-configs.ts';

/** First words of the subjects of each stream that may be followed from outside. */
const FOLLOWED: ReadonlyMap<string, readonly string[]> = new Map([
  [EVENTS_STREAM, ['evt.']],
  [TELEMETRY_STREAM, ['progress.', 'log.']],
  [`KV_${LIVENESS_BUCKET}`, [`$KV.${LIVENESS_BUCKET}.`]],
  [ARCHIVE_STREAM, ['evt.']],
  [REQUESTS_STREAM, ['request.']],
  [DEADLETTERS_STREAM, ['dead.']],
]);
/** Nobody pulls so long: it ends. Longer than who handles a batch takes mostly; who takes longer asks anew. */
const INACTIVE_NS = 120_000_000_000;
const STREAM_AT = FOLLOW_SUBJECTS.split('.').length - 1;

/** Of one stream; each takes some of the server's memory for as long as it lasts. */
const MOST_FOLLOWERS = 1_000;

const refused = (message: string, hint = 'docs/reference/nats-permissions.md says who may follow what') =>
  new BenchbusError({ code: 'FOLLOW_REFUSED', message, hint });

const tooMany = (stream: string, consumers: number) =>
  refused(
    `${stream} has ${consumers} consumers, and is not followed by more`,
    'those that nobody pulls from end after two minutes; BENCHBUS_MOST_FOLLOWERS of the services says how many there may be',
  );

/**
 * Answers, with all other services, who asks for a follower: makes a consumer that is pulled from, under a name nobody guesses. It
 * delivers nowhere by itself, and nothing of it is acknowledged: who asked has no right that the question does not give.
 * @param most consumers of a stream, those of services among them
 */
export function serveFollowers(
  questions: Questions,
  jsm: JetStreamManager,
  most = MOST_FOLLOWERS,
): Promise<{ stop(): Promise<void> }> {
  let underWay = 0;
  return questions.answer(followers, async ({ subjects, from, headersOnly }, { subject }) => {
    const stream = subject.split('.')[STREAM_AT] ?? '';
    const starts = FOLLOWED.get(stream);
    if (starts === undefined) throw refused(`${stream} is no stream that is followed`);
    const foreign = subjects.find((filter) => !starts.some((start) => filter.startsWith(start)));
    if (foreign !== undefined) throw refused(`${foreign} is not of ${stream}`);
    const start =
      from === 'last-per-subject'
        ? { deliver_policy: DeliverPolicy.LastPerSubject }
        : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from };
    try {
      // Many questions at once find as many consumers as the first: those that are being answered count, too.
      underWay += 1;
      const { state } = await jsm.streams.info(stream);
      if (state.consumer_count + underWay > most) throw tooMany(stream, state.consumer_count);
      return await jsm.consumers.add(stream, {
        name: `follow-${v4()}`,
        ack_policy: AckPolicy.None,
        inactive_threshold: INACTIVE_NS,
        mem_storage: true,
        num_replicas: 1,
        headers_only: headersOnly,
        ...start,
        filter_subjects: subjects.length > 0 ? [...subjects] : starts.map((first) => `${first}>`),
      });
    } catch (error) {
      if (error instanceof JetStreamApiError) throw refused(`${stream}: ${error.message}`);
      throw error;
    } finally {
      underWay -= 1;
    }
  });
}
