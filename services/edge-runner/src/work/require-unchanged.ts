import { stat } from 'node:fs/promises';
import { BenchbusError, type ArtifactClaim } from '@benchbus/events';

/** Codes of what no retry can put right. */
export const PERMANENT: ReadonlySet<string> = new Set(['UPLOAD_FILE_GONE', 'UPLOAD_FILE_CHANGED']);

const HINT = 'something outside benchbus removed or wrote it: this artifact is lost, the others are not';

/**
 * The file must still be what the log says it is.
 * @throws BenchbusError UPLOAD_FILE_GONE or UPLOAD_FILE_CHANGED (another size than was claimed), both for good
 */
export async function requireUnchanged(file: string, claim: ArtifactClaim): Promise<void> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    const message = `${claim.name} does not exist any more`;
    throw new BenchbusError({ code: 'UPLOAD_FILE_GONE', message, where: file, hint: HINT });
  });
  if (found.size === claim.bytes) return;
  const message = `${claim.name} has ${found.size} bytes, the log claims ${claim.bytes}`;
  throw new BenchbusError({ code: 'UPLOAD_FILE_CHANGED', message, where: file, hint: HINT });
}
