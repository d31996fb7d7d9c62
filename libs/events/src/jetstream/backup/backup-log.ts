import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { BenchbusError } from '../../bus/errors.ts';
import { inboxPrefixOf, openConnection, securityOf, type NatsSecurity } from '../connection.ts';
import { DEADLETTERS_STREAM, EVENTS_STREAM, INCARNATION, REQUESTS_STREAM } from '../stream-configs.ts';
import { dataFile, manifestFile, metaFile, type BackupManifest } from './backup-files.ts';
import { snapshotStream } from './snapshot-stream.ts';

/**
 * The log first: a request that was handled in between is in REQUESTS, and is handled again. What is left out comes anew:
 * log lines and progress, who is alive, the positions of the consumers.
 */
const STREAMS = [EVENTS_STREAM, REQUESTS_STREAM, DEADLETTERS_STREAM];

export interface BackupOptions extends NatsSecurity {
  readonly servers: string;
  /** A folder that is empty, or not there yet. */
  readonly dir: string;
  readonly connectTimeoutMs?: number;
  readonly onProgress?: (stream: string, bytes: number) => void;
}

type StreamEntry = BackupManifest['streams'][number];

async function backupStream(
  nc: NatsConnection,
  stream: string,
  { dir, onProgress, access }: BackupOptions,
): Promise<{ readonly entry: StreamEntry; readonly incarnation: string }> {
  await mkdir(join(dir, stream), { recursive: true });
  const file = await open(dataFile(dir, stream), 'wx', 0o600);
  try {
    let bytes = 0;
    const hash = createHash('sha256');
    const write = async (chunk: Uint8Array) => {
      await file.write(chunk);
      bytes += chunk.length;
      onProgress?.(stream, bytes);
    };
    const copy = await snapshotStream(nc, stream, write, inboxPrefixOf(access));
    await file.sync();
    const meta = JSON.stringify(copy, undefined, 2);
    await writeFile(metaFile(dir, stream), meta, { mode: 0o600 });
    hash.update(meta);
    for await (const chunk of createReadStream(dataFile(dir, stream))) hash.update(chunk as Buffer);
    const { messages, last_seq: lastSequence } = copy.state;
    return {
      entry: { name: stream, messages, lastSequence, bytes, sha256: hash.digest('hex') },
      incarnation: copy.config.metadata?.[INCARNATION] ?? '',
    };
  } finally {
    await file.close();
  }
}

/**
 * Copies the log, and what belongs to it, into a folder while everything runs.
 * @throws BenchbusError NATS_UNREACHABLE | BACKUP_EXISTS | BACKUP_REFUSED | BACKUP_STALLED
 */
export async function backupLog(options: BackupOptions): Promise<BackupManifest> {
  const { servers, dir, connectTimeoutMs = 2000 } = options;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if ((await readdir(dir)).length > 0)
    throw new BenchbusError({
      code: 'BACKUP_EXISTS',
      message: `${dir} is not empty`,
      where: dir,
      hint: 'name another',
    });
  const nc = await openConnection({ servers, name: 'benchbus backup', connectTimeoutMs, ...securityOf(options) });
  try {
    const taken = [];
    for (const stream of STREAMS) taken.push(await backupStream(nc, stream, options));
    const manifest: BackupManifest = {
      version: 1,
      takenAt: new Date().toISOString(),
      server: nc.info?.version ?? '',
      incarnation: taken[0]?.incarnation ?? '',
      streams: taken.map(({ entry }) => entry),
    };
    // The last file: a folder without it is no back-up.
    await writeFile(manifestFile(dir), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600 });
    return manifest;
  } finally {
    await nc.close();
  }
}
