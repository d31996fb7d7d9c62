import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { EventData } from '@benchbus/events';
import type { Check, Entry } from './entry.ts';
import type { Report } from './finding.ts';
import type { KnownSecrets } from './known-secrets.ts';

/** Reads the artifacts' store: a folder, a bundle, S3. */
export interface ArtifactSource {
  /** The bytes under a key; undefined where there are none. */
  read(key: string): Promise<AsyncIterable<Uint8Array> | undefined>;
}

export interface KeptArtifact {
  readonly entry: Entry;
  readonly data: EventData<'ArtifactStored'>;
}

/** Collects what the log says is kept. */
export function keptArtifacts(): Check & { readonly kept: () => KeptArtifact[] } {
  const artifacts = new Map<string, KeptArtifact>();
  return {
    take(entry) {
      const { event, subject } = entry;
      if (event?.name === 'ArtifactStored') artifacts.set(subject, { entry, data: event.data });
      if (event?.name === 'ArtifactExpired') artifacts.delete(subject);
    },
    kept: () => [...artifacts.values()],
  };
}

/** Are the files what the log says, and without a known secret? Each is read once (a compressed one twice), never as a whole. */
export async function auditArtifacts(
  kept: readonly KeptArtifact[],
  source: ArtifactSource,
  { secrets, now, report }: { readonly secrets: KnownSecrets; readonly now: number; readonly report: Report },
): Promise<void> {
  for (const { entry, data } of kept) {
    const bytes = await source.read(data.key);
    if (bytes === undefined) {
      // Its retention is over: the file goes first, the fact follows.
      if (Date.parse(data.expiresAt) > now) report('ARTIFACT_MISSING', entry, `${data.key} is not in the store`);
      continue;
    }
    const found = await readThrough(bytes, secrets);
    if (found.bytes !== data.bytes)
      report('ARTIFACT_DIFFERS', entry, `${data.key} has ${found.bytes} bytes, not ${data.bytes}`);
    else if (found.sha256 !== data.sha256) report('ARTIFACT_DIFFERS', entry, `${data.key} has another checksum`);
    const names = new Set(found.secrets);
    if (data.key.endsWith('.gz') && secrets.size > 0)
      for (const name of await insideOf(source, data.key, secrets)) names.add(name);
    for (const name of names) report('SECRET_FOUND', entry, `the value of ${name} stands in ${data.key}`);
  }
}

async function insideOf(source: ArtifactSource, key: string, secrets: KnownSecrets): Promise<string[]> {
  const bytes = await source.read(key);
  if (bytes === undefined) return [];
  try {
    return (await readThrough(Readable.from(bytes).pipe(createGunzip()), secrets)).secrets;
  } catch {
    // No gzip, or a damaged one: its checksum has told.
    return [];
  }
}

async function readThrough(source: AsyncIterable<Uint8Array>, secrets: KnownSecrets) {
  const hash = createHash('sha256');
  const names = new Set<string>();
  let bytes = 0;
  let tail = '';
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    hash.update(chunk);
    if (secrets.size === 0) continue;
    // Byte by byte: a character that two pieces share must not be lost.
    const text = tail + Buffer.from(chunk).toString('latin1');
    for (const name of secrets.namesIn([text])) names.add(name);
    tail = text.slice(-secrets.longest);
  }
  return { bytes, sha256: hash.digest('hex'), secrets: [...names] };
}
