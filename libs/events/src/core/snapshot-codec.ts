import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Snapshot } from '../bus/snapshots.ts';

const kept = z.object({
  incarnation: z.uuid(),
  schemaVersion: z.int(),
  sequence: z.int().min(0),
  state: z.unknown(),
});

export interface SnapshotFrame {
  readonly incarnation: string;
  readonly schemaVersion: number;
}

export const encodeSnapshot = (frame: SnapshotFrame, snapshot: Snapshot): Uint8Array =>
  gzipSync(JSON.stringify({ ...frame, ...snapshot }));

/** The snapshot, if it is one of this log and version and not beyond what the log has. */
export function usableSnapshot(
  bytes: Uint8Array,
  { incarnation, schemaVersion }: SnapshotFrame,
  lastSequence: number,
): Snapshot | undefined {
  try {
    const found = kept.parse(JSON.parse(gunzipSync(bytes).toString('utf8')));
    if (found.incarnation !== incarnation || found.schemaVersion !== schemaVersion) return undefined;
    return found.sequence > lastSequence ? undefined : { sequence: found.sequence, state: found.state };
  } catch {
    return undefined;
  }
}
