import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StreamConfig, StreamState } from '@nats-io/jetstream';
import { z } from 'zod';
import { BenchbusError } from '../../bus/errors.ts';

/** What the server says of a stream with its snapshot, and wants back with it. */
export interface StreamCopy {
  readonly config: StreamConfig;
  readonly state: StreamState;
}

/** `<stream>/backup.json` and `<stream>/stream.tar.s2`, as `nats stream backup` writes them and `nats stream restore` takes them. */
export const metaFile = (dir: string, stream: string): string => join(dir, stream, 'backup.json');
export const dataFile = (dir: string, stream: string): string => join(dir, stream, 'stream.tar.s2');
export const manifestFile = (dir: string): string => join(dir, 'benchbus-backup.json');

const manifest = z.object({
  version: z.literal(1),
  takenAt: z.iso.datetime(),
  server: z.string(),
  incarnation: z.string(),
  streams: z.array(
    z.object({
      name: z.string().regex(/^[A-Z]+$/),
      messages: z.int().min(0),
      lastSequence: z.int().min(0),
      bytes: z.int().min(0),
      sha256: z.string(),
    }),
  ),
});
export type BackupManifest = z.output<typeof manifest>;

const damaged = (message: string, where: string) =>
  new BenchbusError({ code: 'BACKUP_DAMAGED', message, where, hint: 'use another back-up' });

/** @throws BenchbusError BACKUP_MISSING | BACKUP_DAMAGED */
export async function readManifest(dir: string): Promise<BackupManifest> {
  const where = manifestFile(dir);
  const text = await readFile(where, 'utf8').catch(() => {
    const message = `there is no back-up in ${dir}: its last file, ${where}, cannot be read`;
    throw new BenchbusError({
      code: 'BACKUP_MISSING',
      message,
      where,
      hint: 'name the folder of `benchbus backup --out`',
    });
  });
  try {
    return manifest.parse(JSON.parse(text));
  } catch {
    throw damaged('it is not what `benchbus backup` writes', where);
  }
}

/** Reads a stream's files whole, before anything is restored. @throws BenchbusError BACKUP_DAMAGED */
export async function checkStream(
  dir: string,
  { name, sha256 }: BackupManifest['streams'][number],
): Promise<StreamCopy> {
  const file = dataFile(dir, name);
  const hash = createHash('sha256');
  try {
    const meta = await readFile(metaFile(dir, name));
    hash.update(meta);
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    if (hash.digest('hex') === sha256) return JSON.parse(meta.toString()) as StreamCopy;
  } catch (error) {
    throw damaged(`cannot be read: ${error instanceof Error ? error.message : String(error)}`, file);
  }
  throw damaged('its checksum is another one than when it was written', file);
}
