import { createHash } from 'node:crypto';
import { z } from 'zod';

export const FORMAT = 'benchbus-evidence';
export const MANIFEST = 'manifest.json';
export const EVENTS = 'events.ndjson';

/** The first file of an evidence. It lists the others; what counts are the events, and who signed them. */
export const manifest = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(1),
  suiteId: z.string().min(1),
  /** Of the log. */
  incarnation: z.uuid(),
  /** Of aggregates that the suite shares, events up to this sequence are here. */
  lastSequence: z.int().min(1),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int().min(0), sha256: z.string() })),
});
export type Manifest = z.infer<typeof manifest>;
export type ListedFile = Manifest['files'][number];

export function listed(path: string, content: string | Buffer): ListedFile {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Where an artifact lies in an evidence. */
export const artifactPath = (key: string): string => `artifacts/${key}`;
