import { sign, verify, type KeyObject } from 'node:crypto';
import type { StoredMessage } from '@benchbus/events';
import { canonicalBody, digestOf, hashOfBody, leafOf, type CheckpointBody, type CheckpointFile } from './checkpoint.ts';
import { keyIdOf } from './keys.ts';

export interface NextCheckpoint {
  readonly incarnation: string;
  /** The one before; undefined: this is the first. */
  readonly previous: CheckpointBody | undefined;
  /** What the log has after it, in order; at least one. */
  readonly messages: readonly StoredMessage[];
  readonly key: KeyObject;
  readonly time: string;
}

/** The next checkpoint of a log, signed. */
export function nextCheckpoint({ incarnation, previous, messages, key, time }: NextCheckpoint): CheckpointFile {
  const leaves = messages.map(leafOf);
  const first = leaves[0];
  const last = leaves.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('a checkpoint covers at least one event');
  const checkpoint: CheckpointBody = {
    version: 1,
    incarnation,
    number: (previous?.number ?? 0) + 1,
    from: first[0],
    to: last[0],
    count: leaves.length,
    digest: digestOf(leaves),
    previous: previous === undefined ? '' : hashOfBody(previous),
    keyId: keyIdOf(key),
    time,
  };
  return { checkpoint, signature: sign(null, canonicalBody(checkpoint), key).toString('base64'), leaves };
}

export const isSignedBy = ({ checkpoint, signature }: CheckpointFile, key: KeyObject): boolean =>
  verify(null, canonicalBody(checkpoint), key, Buffer.from(signature, 'base64'));
