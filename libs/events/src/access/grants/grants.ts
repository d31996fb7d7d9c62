import { WRITERS, type Aggregate } from '../../schemas/define-event.ts';
import {
  ADVISORIES_STREAM,
  ARCHIVE_STREAM,
  DEADLETTERS_STREAM,
  EVENTS_STREAM,
  LIVENESS_BUCKET,
  PROJECTIONS_BUCKET,
  REQUESTS_STREAM,
  TELEMETRY_STREAM,
} from '../../jetstream/stream-configs.ts';
import { withSideDoors, type Durable } from '../durables.ts';
import { followSubject, FOLLOW_SUBJECTS } from '../follow-subjects.ts';
import type { Grant } from './grant.ts';
import { jsApi, kvEntry, kvStream } from './js-api.ts';

const STREAMS = [
  ...[EVENTS_STREAM, ARCHIVE_STREAM, REQUESTS_STREAM, DEADLETTERS_STREAM, ADVISORIES_STREAM, TELEMETRY_STREAM],
  ...[LIVENESS_BUCKET, PROJECTIONS_BUCKET].map(kvStream),
];

/** Every user: what JetStream is, and which streams there are. */
export const connect: Grant = {
  what: 'ask which streams and consumers there are',
  pub: [jsApi.info, jsApi.streamInfo('*'), jsApi.consumerInfo],
};

export const readLog: Grant = {
  what: 'read and follow the log',
  pub: [...jsApi.directGet(EVENTS_STREAM), ...jsApi.followers(EVENTS_STREAM)],
};

/** From outside: no consumer is made, for its maker could say where it delivers; a service is asked for one to pull from. */
const follow = (stream: string): string[] => [followSubject(stream), jsApi.pull(stream)];

export const connectFromOutside: Grant = {
  what: 'ask which streams and consumers there are',
  pub: [jsApi.streamInfo('*'), jsApi.consumerInfo],
};

export const readLogFromOutside: Grant = {
  what: 'read and follow the log',
  pub: [...jsApi.directGet(EVENTS_STREAM), ...follow(EVENTS_STREAM)],
};

export const readArchiveFromOutside: Grant = {
  what: 'read the archive of the log',
  pub: [...jsApi.directGet(ARCHIVE_STREAM), ...follow(ARCHIVE_STREAM)],
};

export const serveFollowers: Grant = {
  what: 'make followers for who is outside',
  // One for all: six names would make the first line of a connection too long.
  pub: [jsApi.filteredFollower('*')],
  sub: [FOLLOW_SUBJECTS],
  answers: true,
};

/** Of the aggregates whose only writer it is. */
export const append = (service: string): Grant => {
  const aggregates = (Object.keys(WRITERS) as Aggregate[]).filter((aggregate) => WRITERS[aggregate] === service);
  return {
    what: `append facts: ${aggregates.join(', ')}`,
    pub: aggregates.map((aggregate) => `evt.${aggregate}.>`),
  };
};

/** With its redriven letters, and the server's reports. */
export const consume = (durable: Durable): Grant => ({
  what: `consume ${durable.stream} as ${durable.name === '*' ? 'a durable of its host' : durable.name}`,
  pub: withSideDoors(durable).flatMap(({ stream, name }) =>
    // Reports go to `<stream>-<consumer>`: of a name that is not known, any.
    jsApi.durable(stream, name.includes('*') ? '*' : name),
  ),
});

export const park = (service: string, ...streams: string[]): Grant => ({
  what: 'park dead letters of its own',
  pub: [`dead.${service}.>`, ...[DEADLETTERS_STREAM, ...streams].map(jsApi.messageGet)],
});

export const hold = (keys: string): Grant => ({
  what: `say that it lives: ${keys}`,
  pub: [kvEntry(LIVENESS_BUCKET, keys)],
});

export const seeAlive = (...keys: string[]): Grant => ({
  what: 'look who lives',
  pub: keys.map((key) => jsApi.entryGet(LIVENESS_BUCKET, key)),
});

export const watchAlive: Grant = {
  what: 'watch who lives',
  pub: [jsApi.entryGet(LIVENESS_BUCKET, '>'), ...jsApi.followers(kvStream(LIVENESS_BUCKET))],
};

export const watchAliveFromOutside: Grant = {
  what: 'watch who lives',
  pub: [jsApi.entryGet(LIVENESS_BUCKET, '>'), ...follow(kvStream(LIVENESS_BUCKET))],
};

export const examine: Grant = { what: 'see what waits for whom', pub: [jsApi.consumerList] };

/** Buckets that nobody else reads; it makes them itself. */
export const keepRecords = (...buckets: string[]): Grant => ({
  what: `keep records: ${buckets.join(', ')}`,
  pub: buckets.flatMap((bucket) => [
    jsApi.streamCreate(kvStream(bucket)),
    jsApi.entryGet(bucket, '>'),
    kvEntry(bucket, '>'),
  ]),
});

export const ask = (...subjects: string[]): Grant => ({ what: 'ask', pub: subjects });
export const answer = (...subjects: string[]): Grant => ({ what: 'answer', sub: subjects, answers: true });
/** Of its own kind, in the same account. */
export const askOthers = (...subjects: string[]): Grant => ({ what: 'ask other runners', pub: subjects, within: true });

export const readRequests: Grant = {
  what: 'look at requests and erase them',
  pub: [jsApi.messageGet(REQUESTS_STREAM), jsApi.messageDelete(REQUESTS_STREAM)],
};

export const request: Grant = { what: 'request: run, cancel or release a suite', pub: ['request.>'] };

export const tellProgress = (runs: string): Grant => ({ what: 'tell progress', pub: [`progress.${runs}`] });
export const writeLogLines = (of: string): Grant => ({ what: 'write log lines', pub: [`log.${of}.>`] });

export const readTelemetry: Grant = {
  what: 'read log lines and progress',
  pub: [jsApi.messageGet(TELEMETRY_STREAM), ...jsApi.followers(TELEMETRY_STREAM)],
  sub: ['progress.*'],
};

export const readTelemetryFromOutside: Grant = {
  what: 'read log lines and progress',
  pub: [jsApi.messageGet(TELEMETRY_STREAM), ...follow(TELEMETRY_STREAM)],
};

export const readSnapshots: Grant = {
  what: 'read projections that were kept',
  pub: [jsApi.entryGet(PROJECTIONS_BUCKET, '>')],
};
export const writeSnapshots: Grant = { what: 'keep projections', pub: [kvEntry(PROJECTIONS_BUCKET, '>')] };

export const makeStreams: Grant = {
  what: 'make missing streams, and limit those beside the log',
  pub: [...STREAMS.map(jsApi.streamCreate), ...[REQUESTS_STREAM, DEADLETTERS_STREAM].map(jsApi.streamUpdate)],
};

export const settleLetters: Grant = {
  what: 'look at dead letters, redrive and drop them',
  pub: [
    'dead.>',
    ...[DEADLETTERS_STREAM, EVENTS_STREAM, REQUESTS_STREAM].map(jsApi.messageGet),
    jsApi.messageDelete(DEADLETTERS_STREAM),
  ],
};

export const auditSideStreams: Grant = {
  what: 'read requests and dead letters, for an audit',
  pub: [REQUESTS_STREAM, DEADLETTERS_STREAM].flatMap(jsApi.followers),
};

export const auditSideStreamsFromOutside: Grant = {
  what: 'read requests and dead letters, for an audit',
  pub: [REQUESTS_STREAM, DEADLETTERS_STREAM].flatMap(follow),
};

const BACKED_UP = [EVENTS_STREAM, REQUESTS_STREAM, DEADLETTERS_STREAM];
/** Of any stream: an archive is copied away before it is deleted. */
export const backUp: Grant = { what: 'back up', pub: [jsApi.snapshot('*'), '$JS.SNAPSHOT.ACK.>'] };
export const restore: Grant = {
  what: 'restore into a server without a log',
  pub: [...BACKED_UP.map(jsApi.restore), '$JS.SNAPSHOT.RESTORE.>'],
};
