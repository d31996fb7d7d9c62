import { checkpointFile } from '@benchbus/audit';
import { attributesOf, type EventLog } from '@benchbus/events';
import type { Checkpoints } from '../client/checkpoint-places.ts';
import { formatDuration } from '../render/format.ts';
import type { Finding } from './check.ts';

/** As the alert BenchbusCheckpointOld: three times the interval that an artifact-store has by itself. */
const OLD_MS = 3 * 300_000;
const NAME = 'checkpoints';

/**
 * Whether the newest checkpoint covers the log but for its last minutes. Nothing, where no checkpoint of this log is at hand: they lie
 * where the artifact-store puts them, which need not be here.
 * @param now ms since the epoch
 */
export async function examineCheckpoints(
  log: Pick<EventLog, 'incarnation' | 'readStored'>,
  { place, folder }: Pick<Checkpoints, 'place' | 'folder'>,
  now: number,
): Promise<Finding[]> {
  try {
    const name = (await place.names(log.incarnation)).at(-1);
    if (name === undefined) return [];
    const { text } = await place.read(log.incarnation, name);
    const { number, to } = checkpointFile.parse(JSON.parse(text)).checkpoint;
    const [first] = await log.readStored('evt.>', to, 1);
    const since = Date.parse(attributesOf(first?.headers ?? {})['ce-time'] ?? '');
    const ageMs = now - since;
    if (!(ageMs > OLD_MS)) return [{ name: NAME, status: 'ok', found: `number ${number} covers the log` }];
    const found = `number ${number} in ${folder} is the newest, and what came in the last ${formatDuration(ageMs)} is not signed`;
    const hint = 'the log of the artifact-store says why: docs/operations/errors/audit.md#checkpoint_old';
    return [{ name: NAME, status: 'warn', found, code: 'CHECKPOINT_OLD', hint }];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ name: NAME, status: 'warn', found: `${folder} could not be looked at: ${message}` }];
  }
}
