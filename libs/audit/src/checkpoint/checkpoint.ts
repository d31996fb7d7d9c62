import { createHash } from 'node:crypto';
import { attributesOf, type StoredMessage } from '@benchbus/events';
import canonicalize from 'canonicalize';
import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What is signed: a range of the log, and the checkpoint before it. */
export const checkpointBody = z.strictObject({
  version: z.literal(1),
  /** The log's. */
  incarnation: z.uuid(),
  /** Counts the checkpoints of a log, from 1. */
  number: z.int().min(1),
  /** Sequences of the first and the last event. */
  from: z.int().min(1),
  to: z.int().min(1),
  count: z.int().min(1),
  /** SHA-256 over the leaves, a line each. */
  digest: sha256,
  /** SHA-256 over the canonical JSON of the checkpoint before it; of the first: empty. */
  previous: z.union([sha256, z.literal('')]),
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  time: z.iso.datetime(),
});
export type CheckpointBody = z.infer<typeof checkpointBody>;

const leaf = z.tuple([z.int().min(1), z.string(), sha256]);
/** Sequence, subject, `ce-hash` of one event. */
export type Leaf = z.infer<typeof leaf>;

/** As it is kept. The leaves name what was changed; an evidence leaves those out that are other suites'. */
export const checkpointFile = z.strictObject({
  checkpoint: checkpointBody,
  /** Ed25519 over the canonical JSON of `checkpoint`, base64. */
  signature: z.base64(),
  leaves: z.array(leaf).optional(),
});
export type CheckpointFile = z.infer<typeof checkpointFile>;

/** An event as a checkpoint remembers it; a message that is no event by its bytes. */
export function leafOf(stored: StoredMessage): Leaf {
  const own = attributesOf(stored.headers)['ce-hash'] ?? '';
  const hash = sha256.safeParse(own).success ? own : createHash('sha256').update(stored.body).digest('hex');
  return [stored.sequence, stored.subject, hash];
}

export function digestOf(leaves: readonly Leaf[]): string {
  const hash = createHash('sha256');
  for (const [sequence, subject, own] of leaves) hash.update(`${sequence} ${subject} ${own}\n`);
  return hash.digest('hex');
}

/** RFC 8785: the same bytes for everyone. */
export function canonicalBody(body: CheckpointBody): Buffer {
  return Buffer.from(canonicalize(body) ?? '', 'utf8');
}

export const hashOfBody = (body: CheckpointBody): string =>
  createHash('sha256').update(canonicalBody(body)).digest('hex');
