/** Subjects of JetStream's API (ADR-15, ADR-31 of NATS). The server knows no pattern within a token, such as the name of a consumer. */
export const jsApi = {
  info: '$JS.API.INFO',
  streamInfo: (stream: string): string => `$JS.API.STREAM.INFO.${stream}`,
  streamCreate: (stream: string): string => `$JS.API.STREAM.CREATE.${stream}`,
  streamUpdate: (stream: string): string => `$JS.API.STREAM.UPDATE.${stream}`,
  /** A message by its sequence or subject, from the stream's leader. */
  messageGet: (stream: string): string => `$JS.API.STREAM.MSG.GET.${stream}`,
  messageDelete: (stream: string): string => `$JS.API.STREAM.MSG.DELETE.${stream}`,
  snapshot: (stream: string): string => `$JS.API.STREAM.SNAPSHOT.${stream}`,
  restore: (stream: string): string => `$JS.API.STREAM.RESTORE.${stream}`,
  /** From any replica: batches, and the last message of a subject. */
  directGet: (stream: string): string[] => [`$JS.API.DIRECT.GET.${stream}`, `$JS.API.DIRECT.GET.${stream}.>`],
  /** The entries of a bucket below `keys`, such as `host.*`. */
  entryGet: (bucket: string, keys: string): string => `$JS.API.DIRECT.GET.KV_${bucket}.$KV.${bucket}.${keys}`,
  /** What consumers there are. */
  consumerInfo: '$JS.API.CONSUMER.INFO.*.*',
  consumerList: '$JS.API.CONSUMER.LIST.*',
  /** Consumers with names that the client makes up. Deleting them is nobody's: they end by themselves. */
  followers: (stream: string): string[] => [
    jsApi.filteredFollower(stream),
    `$JS.API.CONSUMER.CREATE.${stream}.*`,
    jsApi.pull(stream),
  ],
  /** One with several filters: the subject has no room for its name. */
  filteredFollower: (stream: string): string => `$JS.API.CONSUMER.CREATE.${stream}`,
  pull: (stream: string): string => `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
  /**
   * A durable consumer: acknowledging, and the API's verbs of two words, which are making it (DURABLE.CREATE), pulling from it
   * (MSG.NEXT), and having another server lead it. Short, for all rights are in a connection's first line, of at most 4 KiB.
   */
  durable: (stream: string, name: string): string[] => [
    `$JS.API.CONSUMER.*.*.${stream}.${name}`,
    `$JS.ACK.${stream}.${name}.>`,
  ],
  /** What would take messages from somebody else's durable, or change it. */
  meddling: (stream: string, name: string): string[] => [
    `$JS.API.CONSUMER.CREATE.${stream}.${name}`,
    `$JS.API.CONSUMER.*.*.${stream}.${name}`,
    `$JS.ACK.${stream}.${name}.>`,
  ],
} as const;

export const kvStream = (bucket: string): string => `KV_${bucket}`;
export const kvEntry = (bucket: string, key: string): string => `$KV.${bucket}.${key}`;
