import type { KeyObject } from 'node:crypto';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { BenchbusError, type EventData, type StoredMessage } from '@benchbus/events';
import { pack, type Pack } from 'tar-stream';
import { checkpointName, type CheckpointPlace } from '../adapters/checkpoint-folder.ts';
import type { ArtifactSource } from '../artifacts.ts';
import { checkpointFile, type CheckpointFile } from '../checkpoint/checkpoint.ts';
import { keyIdOf, publicPem } from '../checkpoint/keys.ts';
import { encodeLine } from '../stored-line.ts';
import { derivedFiles, readme } from './derived-files.ts';
import { artifactPath, EVENTS, FORMAT, listed, MANIFEST, type Manifest } from './manifest.ts';
import { readEvent, selectEvents } from './select-events.ts';

export interface ExportOptions {
  readonly suiteId: string;
  readonly incarnation: string;
  /** The whole log; called twice. */
  readonly log: () => AsyncIterable<StoredMessage>;
  readonly place: CheckpointPlace;
  /** Public keys to put beside the checkpoints. */
  readonly keys: readonly KeyObject[];
  readonly artifacts: ArtifactSource;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** The chain up to the suite's end; lists of events only where some of them are in the evidence. */
async function checkpointsFor(
  { place, incarnation }: ExportOptions,
  messages: readonly StoredMessage[],
): Promise<[string, string][]> {
  const last = messages.at(-1)?.sequence ?? 0;
  const files: [string, string][] = [];
  for (const name of await place.names(incarnation)) {
    const { text } = await place.read(incarnation, name);
    const file: CheckpointFile = checkpointFile.parse(JSON.parse(text));
    const { checkpoint, signature } = file;
    const needed = messages.some(({ sequence }) => sequence >= checkpoint.from && sequence <= checkpoint.to);
    const kept = needed ? file : { checkpoint, signature };
    files.push([`checkpoints/${checkpointName(checkpoint.number)}`, `${JSON.stringify(kept)}\n`]);
    if (checkpoint.to >= last) break;
  }
  return files;
}

/** Files that are still kept; an expired one has its fact in the events. */
function artifactsOf(messages: readonly StoredMessage[]): EventData<'ArtifactStored'>[] {
  const kept = new Map<string, EventData<'ArtifactStored'>>();
  for (const stored of messages) {
    const event = readEvent(stored);
    if (event?.name === 'ArtifactStored') kept.set(event.subject, event.data);
    if (event?.name === 'ArtifactExpired') kept.delete(event.subject);
  }
  return [...kept.values()];
}

const add = (tar: Pack, path: string, bytes: number, content: AsyncIterable<Uint8Array>): Promise<void> =>
  new Promise((resolve, reject) => {
    // Always the same bytes for the same content: no time, no owner.
    const entry = tar.entry({ name: path, size: bytes, mtime: new Date(0), mode: 0o644 }, (error) =>
      error ? reject(error) : resolve(),
    );
    pipeline(Readable.from(content), entry).catch(reject);
  });

const addText = (tar: Pack, path: string, text: string): Promise<void> => {
  const bytes = Buffer.from(text, 'utf8');
  return add(tar, path, bytes.length, Readable.from(bytes.length === 0 ? [] : [bytes]));
};

async function fill(tar: Pack, options: ExportOptions): Promise<Manifest> {
  const { suiteId, incarnation, log, keys, artifacts, createdAt, createdBy } = options;
  const { messages, lastSequence } = await selectEvents(suiteId, log);
  const events = messages.flatMap((stored) => readEvent(stored) ?? []);
  const texts: [string, string][] = [
    ['README.txt', readme(suiteId)],
    [EVENTS, messages.map((message) => `${encodeLine(message)}\n`).join('')],
    ...(await checkpointsFor(options, messages)),
    ...keys.map((key): [string, string] => [`keys/${keyIdOf(key)}.pem`, publicPem(key)]),
    ...derivedFiles(events),
  ];
  const files = artifactsOf(messages);
  const manifest: Manifest = {
    format: FORMAT,
    version: 1,
    suiteId,
    incarnation,
    lastSequence,
    createdAt: createdAt.toISOString(),
    createdBy,
    files: [
      ...texts.map(([path, text]) => listed(path, text)),
      ...files.map(({ key, bytes, sha256 }) => ({ path: artifactPath(key), bytes, sha256 })),
    ],
  };
  await addText(tar, MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
  for (const [path, text] of texts) await addText(tar, path, text);
  for (const { key, bytes } of files) {
    const content = await artifacts.read(key);
    if (content === undefined)
      throw new BenchbusError({
        code: 'EVIDENCE_INCOMPLETE',
        message: 'the store lacks a file that the log says is kept',
        where: key,
        hint: '`benchbus audit` says what else is wrong',
      });
    await add(tar, artifactPath(key), bytes, content);
  }
  tar.finalize();
  return manifest;
}

/**
 * Writes a suite's evidence: one gzip-compressed tar, so that everybody can look in without benchbus.
 * @throws BenchbusError EVIDENCE_INCOMPLETE
 */
export async function exportEvidence(options: ExportOptions, out: Writable): Promise<Manifest> {
  const tar = pack();
  const written = pipeline(tar, createGzip(), out);
  written.catch(() => undefined);
  try {
    const manifest = await fill(tar, options);
    await written;
    return manifest;
  } catch (error) {
    tar.destroy();
    await written.catch(() => undefined);
    throw error;
  }
}
