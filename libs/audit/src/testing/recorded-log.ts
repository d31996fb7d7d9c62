import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { StoredMessage } from '@benchbus/events';
import { decodeLine } from '../stored-line.ts';

const folder = new URL('./fixtures/', import.meta.url);

/**
 * The log of a real stack (`benchbus up`): suites that completed, failed, were cancelled and could not be executed; two
 * sessions; a line a message (stored-line.ts).
 */
export const recordedLog = (): StoredMessage[] =>
  gunzipSync(readFileSync(new URL('log.ndjson.gz', folder)))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const message = decodeLine(line);
      if (message === undefined) throw new Error(`the recorded log has a line that is none: ${line.slice(0, 80)}`);
      return message;
    });

/** A suite of it that completed, two runs. */
export const COMPLETED = 'small-607461';
/** Its files, as the folder backend kept them. */
export const recordedArtifacts = fileURLToPath(new URL('artifacts/', folder));
