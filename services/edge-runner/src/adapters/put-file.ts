import { createReadStream } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BenchbusError } from '@benchbus/events';

export interface Piece {
  /** First byte of the file that goes, and how many. */
  readonly offset: number;
  readonly bytes: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** S3 explains itself in XML; what else it says there (the request as it saw it) is nothing for a log. */
function wordsOf(body: string): string {
  const [code, message] = ['Code', 'Message'].map((tag) => new RegExp(`<${tag}>([^<]*)<`).exec(body)?.[1]);
  return code === undefined ? body : [code, message].filter(Boolean).join(': ');
}

const INSUFFICIENT_STORAGE = 507;

/**
 * HTTP PUT of a file, or of a piece of it, with its length known in advance (presigned S3 URLs refuse chunked bodies).
 * @throws BenchbusError STORE_FULL | UPLOAD_REFUSED (without the URL: it is a credential), or the network's error
 */
export async function putFile(file: string, piece: Piece, signal: AbortSignal): Promise<void> {
  const { offset, bytes } = piece;
  const url = new URL(piece.url);
  const headers = { ...piece.headers, 'content-length': String(bytes) };
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, { method: 'PUT', headers, signal });
  const answered = new Promise<{ status: number; body: string }>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body = (body + text).slice(0, 2000)));
      response.once('error', reject).once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
  answered.catch(() => undefined);
  // A refusal may come before the whole body was sent: then the answer tells more than the broken pipe.
  const content = bytes === 0 ? Readable.from([]) : createReadStream(file, { start: offset, end: offset + bytes - 1 });
  const sent = pipeline(content, request, { signal });
  sent.catch(() => undefined);
  const { status, body } = await answered;
  if (status >= 200 && status < 300) return sent;
  const message = `the store answered ${status}: ${wordsOf(body)}`;
  if (status !== INSUFFICIENT_STORAGE)
    throw new BenchbusError({
      code: 'UPLOAD_REFUSED',
      message,
      where: url.host,
      hint: 'it is sent again; does a proxy before the store limit the size of bodies?',
    });
  const hint = 'free space, raise the quota of the bucket, or shorten artifacts.retention: it is sent again until then';
  throw new BenchbusError({ code: 'STORE_FULL', message, where: url.host, hint });
}
