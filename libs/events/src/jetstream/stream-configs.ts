import { DiscardPolicy, RetentionPolicy, StorageType, StoreCompression, type StreamConfig } from '@nats-io/jetstream';
import { exhaustedSubject } from '../core/advisory.ts';

const DAY_NS = 24 * 60 * 60 * 1_000_000_000;
const MINUTE_NS = 60 * 1_000_000_000;

/** Key of the stream's metadata that holds the log's identity. */
export const INCARNATION = 'benchbus.incarnation';

export const EVENTS_STREAM = 'EVENTS';
/** Where there is one: the whole log once more, compressed, on a disk of its own. */
export const ARCHIVE_STREAM = 'EVENTS_ARCHIVE';
export const REQUESTS_STREAM = 'REQUESTS';
export const DEADLETTERS_STREAM = 'DEADLETTERS';
export const ADVISORIES_STREAM = 'ADVISORIES';
export const TELEMETRY_STREAM = 'TELEMETRY';
export const LIVENESS_BUCKET = 'liveness';
/** A sign of life is good for so long; refreshed each third of it. */
export const LIVENESS_TTL_MS = 15_000;
export const PROJECTIONS_BUCKET = 'projections';

export type WantedStream = Partial<StreamConfig> & Pick<StreamConfig, 'name' | 'subjects'>;

/** What an operator says of the log's streams, where they are made. */
export interface LogSettings {
  /** Copies of a stream: as many servers of a cluster have it. */
  readonly replicas: number;
  /** At most so many bytes of facts; then appends are refused. Absent: as many as the server takes. */
  readonly maxBytes?: number | undefined;
  readonly compressed?: boolean | undefined;
  readonly archive?: ArchiveSettings | undefined;
  /** At most so many bytes of requests; then a client's is refused. Default 512 MiB, also of streams that have no limit yet. */
  readonly requestsMaxBytes?: number | undefined;
  /** The same of dead letters: what cannot be parked is handled again and again. Default 256 MiB. */
  readonly deadLettersMaxBytes?: number | undefined;
}

export interface ArchiveSettings {
  readonly replicas: number;
  /** Of the servers that may hold it, all of them (`server_tags` of nats-server); none: any. */
  readonly tags: readonly string[];
}

const compression = (is: boolean): StoreCompression => (is ? StoreCompression.S2 : StoreCompression.None);

/** The log: facts for ever. `discard: new` refuses an append at a ceiling instead of forgetting the oldest fact. */
export const eventsStream = (incarnation: string, { replicas, maxBytes, compressed }: LogSettings): WantedStream => ({
  name: EVENTS_STREAM,
  subjects: ['evt.>'],
  description: 'the log of facts',
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  discard: DiscardPolicy.New,
  max_age: 0,
  max_msgs: -1,
  max_bytes: maxBytes ?? -1,
  compression: compression(compressed ?? false),
  deny_delete: true,
  deny_purge: true,
  allow_direct: true,
  duplicate_window: 2 * MINUTE_NS,
  num_replicas: replicas,
  metadata: { [INCARNATION]: incarnation },
});

/**
 * The log once more. It is fed by `sources` and is no mirror: a mirror answers direct reads of EVENTS, too, however far it is
 * behind. As nothing is ever missing in EVENTS, its sequences are those of the log.
 */
export const archiveStream = (incarnation: string, { replicas, tags }: ArchiveSettings): WantedStream => ({
  name: ARCHIVE_STREAM,
  subjects: [],
  description: 'the log of facts, archived',
  sources: [{ name: EVENTS_STREAM }],
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  compression: StoreCompression.S2,
  discard: DiscardPolicy.New,
  max_age: 0,
  deny_delete: true,
  deny_purge: true,
  allow_direct: true,
  // The log has refused what came twice: nothing is to be left out here.
  duplicate_window: 100 * 1_000_000,
  num_replicas: replicas,
  ...(tags.length === 0 ? {} : { placement: { cluster: '', tags: [...tags] } }),
  metadata: { [INCARNATION]: incarnation },
});

const MIB = 1024 * 1024;

/**
 * Deletable and short-lived: rubbish and secrets that clients send end here and go away. Without a limit any client could fill the
 * disk that the log is on; a request that was taken is not forgotten for a newer one.
 */
export const requestsStream = ({ replicas, requestsMaxBytes = 512 * MIB }: LogSettings): WantedStream => ({
  name: REQUESTS_STREAM,
  subjects: ['request.>'],
  description: 'requests from clients',
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  discard: DiscardPolicy.New,
  max_age: 7 * DAY_NS,
  max_bytes: requestsMaxBytes,
  duplicate_window: 2 * MINUTE_NS,
  num_replicas: replicas,
});

/** `discard: new`: a letter is gone when somebody settled it, or with its age, and never because others came. */
export const deadLettersStream = ({ replicas, deadLettersMaxBytes = 256 * MIB }: LogSettings): WantedStream => ({
  name: DEADLETTERS_STREAM,
  subjects: ['dead.>'],
  description: 'messages that nobody could handle',
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  discard: DiscardPolicy.New,
  max_age: 30 * DAY_NS,
  max_bytes: deadLettersMaxBytes,
  duplicate_window: 60 * MINUTE_NS,
  num_replicas: replicas,
});

/** The server's reports of messages that were delivered as often as they may be: kept while nobody listens. */
export const advisoriesStream = ({ replicas }: LogSettings): WantedStream => ({
  name: ADVISORIES_STREAM,
  subjects: [exhaustedSubject('*', '*')],
  description: 'messages whose handlers died each time, as nats-server reports them',
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  discard: DiscardPolicy.Old,
  max_age: 30 * DAY_NS,
  num_replicas: replicas,
});

export const telemetryStream = ({ replicas }: LogSettings): WantedStream => ({
  name: TELEMETRY_STREAM,
  subjects: ['progress.>', 'log.>'],
  description: 'progress and log lines, for people who watch',
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  discard: DiscardPolicy.Old,
  max_age: 3 * DAY_NS,
  max_bytes: 256 * MIB,
  num_replicas: replicas,
});
