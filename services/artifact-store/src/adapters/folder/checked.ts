import { createHash } from 'node:crypto';
import { UploadError } from '../../domain/upload-error.ts';
import type { Expected } from '../backend.ts';

/**
 * Passes the bytes on while counting and hashing them; ends with an error unless they are exactly those expected.
 * @throws UploadError UPLOAD_SIZE (as soon as it is too long, or at the end) | UPLOAD_CHECKSUM
 */
export async function* checked(source: AsyncIterable<Uint8Array>, expected: Expected): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    if (bytes > expected.bytes) throw wrongSize(`more than ${expected.bytes}`, expected);
    hash.update(chunk);
    yield chunk;
  }
  if (bytes !== expected.bytes) throw wrongSize(String(bytes), expected);
  const sha256 = hash.digest('hex');
  if (sha256 !== expected.sha256)
    throw new UploadError('UPLOAD_CHECKSUM', {
      message: `the bytes have SHA-256 ${sha256}, not ${expected.sha256} as claimed`,
      hint: 'the file changed after it was claimed, or was damaged on its way',
    });
}

export function wrongSize(got: string, expected: Expected): UploadError {
  return new UploadError('UPLOAD_SIZE', { message: `got ${got} bytes where ${expected.bytes} were claimed` });
}
