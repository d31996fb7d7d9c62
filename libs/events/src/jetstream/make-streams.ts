import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { openConnection, securityOf, type NatsSecurity } from './connection.ts';
import { ensureArchive } from './ensure-archive.ts';
import { ensureStreams } from './ensure-streams.ts';
import { openLivenessBucket } from './liveness.ts';
import { PROJECTIONS_BUCKET, type LogSettings } from './stream-configs.ts';

export interface MakeStreamsOptions extends NatsSecurity, LogSettings {
  readonly servers: string | readonly string[];
  readonly livenessTtlMs: number;
  readonly connectTimeoutMs: number;
}

/**
 * Makes what is missing of the log's streams and buckets, once for an installation whose services may make none.
 * @returns the log's incarnation
 * @throws BenchbusError NATS_UNREACHABLE | NATS_ACCESS_REFUSED | NATS_TOO_OLD | ARCHIVE_REFUSED | ARCHIVE_OF_ANOTHER_LOG
 */
export async function makeStreams(options: MakeStreamsOptions): Promise<string> {
  const { servers, replicas, livenessTtlMs, connectTimeoutMs } = options;
  const nc = await openConnection({ servers, name: 'benchbus streams', connectTimeoutMs, ...securityOf(options) });
  try {
    const js = jetstream(nc);
    const jsm = await jetstreamManager(nc);
    const incarnation = await ensureStreams(jsm, true, options);
    await ensureArchive(jsm, incarnation, options.archive);
    await openLivenessBucket(js, true, livenessTtlMs, replicas);
    await new Kvm(js).create(PROJECTIONS_BUCKET, { history: 1, replicas });
    return incarnation;
  } finally {
    await nc.close();
  }
}
