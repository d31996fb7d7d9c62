import { createReadStream } from 'node:fs';
import { jetstreamManager, JetStreamApiError } from '@nats-io/jetstream';
import { v4 } from 'uuid';
import { BenchbusError } from '../../bus/errors.ts';
import { openConnection, securityOf, type NatsSecurity } from '../connection.ts';
import { ARCHIVE_STREAM, EVENTS_STREAM, INCARNATION } from '../stream-configs.ts';
import { checkStream, dataFile, readManifest, type BackupManifest } from './backup-files.ts';
import { restoreStream } from './restore-stream.ts';

const CHUNK_BYTES = 128 * 1024;

export interface RestoreOptions extends NatsSecurity {
  readonly servers: string;
  readonly dir: string;
  readonly connectTimeoutMs?: number;
  readonly onProgress?: (stream: string, bytes: number, of: number) => void;
}

export interface Restored extends BackupManifest {
  /** The log's new identity: what was decided on the old one is refused. */
  readonly newIncarnation: string;
}

/**
 * Puts a back-up into a server that has no log, as another log. All files are checked before the first is used; EVENTS
 * comes last, so that a service that starts too early finds no log without its requests.
 * @throws BenchbusError NATS_UNREACHABLE | BACKUP_MISSING | BACKUP_DAMAGED | LOG_EXISTS | BACKUP_REFUSED
 */
export async function restoreLog(options: RestoreOptions): Promise<Restored> {
  const { servers, dir, connectTimeoutMs = 2000, onProgress } = options;
  const manifest = await readManifest(dir);
  const copies = new Map<string, Awaited<ReturnType<typeof checkStream>>>();
  for (const entry of manifest.streams) copies.set(entry.name, await checkStream(dir, entry));
  const nc = await openConnection({ servers, name: 'benchbus restore', connectTimeoutMs, ...securityOf(options) });
  try {
    const jsm = await jetstreamManager(nc);
    for (const name of [...manifest.streams.map((stream) => stream.name), ARCHIVE_STREAM]) {
      const there = await jsm.streams.info(name).catch((error: unknown) => {
        if (error instanceof JetStreamApiError) return undefined;
        throw error;
      });
      if (there !== undefined)
        throw new BenchbusError({
          code: 'LOG_EXISTS',
          message: `the server has a stream ${name} with ${there.state.messages} messages`,
          where: nc.getServer(),
          hint: 'restore into a server without one: stop the services, and give nats-server an empty store',
        });
    }
    const newIncarnation = v4();
    for (const { name, bytes } of manifest.streams.toReversed()) {
      const copy = copies.get(name);
      if (copy === undefined) continue;
      const metadata = name === EVENTS_STREAM ? { [INCARNATION]: newIncarnation } : {};
      const config = { ...copy.config, metadata: { ...copy.config.metadata, ...metadata } };
      let sent = 0;
      const chunks = async function* () {
        for await (const chunk of createReadStream(dataFile(dir, name), { highWaterMark: CHUNK_BYTES })) {
          yield chunk as Buffer;
          sent += (chunk as Buffer).length;
          onProgress?.(name, sent, bytes);
        }
      };
      await restoreStream(nc, { ...copy, config }, chunks());
    }
    const { config } = await jsm.streams.info(EVENTS_STREAM);
    // A server that takes the configuration of the snapshot instead of the given one.
    if (config.metadata?.[INCARNATION] !== newIncarnation)
      await jsm.streams.update(EVENTS_STREAM, {
        ...config,
        metadata: { ...config.metadata, [INCARNATION]: newIncarnation },
      });
    return { ...manifest, newIncarnation };
  } finally {
    await nc.close();
  }
}
