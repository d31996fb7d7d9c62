import { createReadStream } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { BenchbusError } from '@benchbus/events';

export interface Upload {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * HTTP PUT of a file with its length known in advance (presigned S3 URLs refuse chunked bodies).
 * @throws BenchbusError UPLOAD_REFUSED (without the URL: it is a credential), or the network's error
 */
export async function putFile(file: string, bytes: number, upload: Upload, signal: AbortSignal): Promise<void> {
  const url = new URL(upload.url);
  const headers = { ...upload.headers, 'content-length': String(bytes) };
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, { method: 'PUT', headers, signal });
  const answered = new Promise<{ status: number; body: string }>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body = (body + text).slice(0, 500)));
      response.once('error', reject).once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
  answered.catch(() => undefined);
  // A refusal may come before the whole body was sent: then the answer tells more than the broken pipe.
  const sent = pipeline(createReadStream(file), request, { signal });
  sent.catch(() => undefined);
  const { status, body } = await answered;
  if (status >= 200 && status < 300) return sent;
  throw new BenchbusError({
    code: 'UPLOAD_REFUSED',
    message: `the store answered ${status}: ${body}`,
    where: url.host,
  });
}
