import { createHash } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  NotFound,
} from '@aws-sdk/client-s3';
import { problemOf, type UploadOffer } from '@benchbus/events';
import { namedEffect } from '@benchbus/service';
import type { Upload } from '../../domain/claim.ts';
import type { Backend, Expected, Link } from '../backend.ts';
import { abort, nextParts, putTogether, unfinished } from './multipart.ts';
import { base64Of, Presigner } from './presign.ts';
import { S3 } from '@benchbus/service/s3';
import type { S3Settings } from './s3-settings.ts';

/** So many parts an answer names: more would not fit in a message, and their URLs would grow old. */
const PARTS_AN_ANSWER = 16;

const abortedBy = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { abortSignal: signal });

/** Artifacts as objects of a bucket. Nothing is remembered here: S3 knows what has arrived. */
export class S3Backend implements Backend {
  readonly #s3: S3<S3Settings>;
  readonly #presigner: Presigner;

  constructor(settings: S3Settings) {
    this.#s3 = new S3(settings);
    this.#presigner = new Presigner(settings);
  }

  /** @throws BenchbusError STORE_CREDENTIALS | STORE_BUCKET | STORE_UNREACHABLE | STORE_FAILED */
  async check(signal?: AbortSignal): Promise<void> {
    await this.#s3.call('ListObjectsV2', (client, bucket) =>
      client.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }), abortedBy(signal)),
    );
  }

  /**
   * As `check`; a bucket that is not there is made. Two replicas that do it at once both succeed.
   * @returns whether it was made here
   * @throws BenchbusError as `check`; STORE_BUCKET is: S3 refuses to make it
   */
  async ensureBucket(signal?: AbortSignal): Promise<boolean> {
    try {
      await this.check(signal);
      return false;
    } catch (error) {
      if (problemOf(error).code !== 'STORE_BUCKET') throw error;
    }
    const made = await this.#s3.call('CreateBucket', async (client, bucket) => {
      try {
        await client.send(new CreateBucketCommand({ Bucket: bucket }), abortedBy(signal));
        return true;
      } catch (error) {
        if ((error as Error).name === 'BucketAlreadyOwnedByYou') return false;
        throw error;
      }
    });
    await this.check(signal);
    return made;
  }

  verifiesAtOnce({ claim }: Upload): boolean {
    return claim.bytes <= this.#s3.settings.multipartBytes;
  }

  async offer(key: string, upload: Upload): Promise<UploadOffer | undefined> {
    if (this.verifiesAtOnce(upload)) return { upload: await this.#presigner.put(key, upload) };
    // Put together before a crash: only what it is has to be looked at.
    if ((await this.#head(key))?.bytes === upload.claim.bytes) return undefined;
    const next = await namedEffect('artifact-parts', () => nextParts(this.#s3, key, upload));
    if (next.parts.length === 0) return undefined;
    const now = next.parts.slice(0, PARTS_AN_ANSWER);
    return {
      parts: await Promise.all(
        now.map(async (part) => ({
          offset: part.offset,
          bytes: part.bytes,
          ...(await this.#presigner.part(key, next.uploadId, part)),
        })),
      ),
    };
  }

  putTogether(key: string): Promise<void> {
    return namedEffect('artifact-complete', () => putTogether(this.#s3, key));
  }

  async verify(key: string, expected: Expected): Promise<'absent' | 'same' | 'different'> {
    const head = await this.#head(key);
    if (head === undefined) return 'absent';
    if (head.bytes !== expected.bytes) return 'different';
    // S3 took it on arrival, of the whole; of a file in parts it has none: that is read once.
    const checksum = head.sha256 ?? (await this.#read(key));
    return checksum === base64Of(expected.sha256) ? 'same' : 'different';
  }

  async #head(key: string): Promise<{ bytes: number; sha256: string | undefined } | undefined> {
    return this.#s3.call('HeadObject', async (client, bucket) => {
      try {
        const command = new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' });
        const { ContentLength, ChecksumSHA256, ChecksumType } = await client.send(command);
        const isOfWhole = ChecksumType !== 'COMPOSITE' && ChecksumSHA256?.includes('-') === false;
        return { bytes: ContentLength ?? -1, sha256: isOfWhole ? ChecksumSHA256 : undefined };
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    });
  }

  /** SHA-256 of the object, in Base64; piece by piece, whatever its size. */
  async #read(key: string): Promise<string> {
    return this.#s3.call('GetObject', async (client, bucket) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const hash = createHash('sha256');
      for await (const chunk of Body as AsyncIterable<Uint8Array>) hash.update(chunk);
      return hash.digest('base64');
    });
  }

  link(key: string): Promise<Link> {
    return this.#presigner.get(key);
  }

  async delete(key: string): Promise<void> {
    await namedEffect('artifact-delete', () =>
      this.#s3.call('DeleteObject', (client, bucket) =>
        client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })),
      ),
    );
  }

  async keys(prefix: string): Promise<string[]> {
    return this.#s3.call('ListObjectsV2', async (client, bucket) => {
      const found: string[] = [];
      for (let token: string | undefined, more = true; more;) {
        const page: ListObjectsV2CommandOutput = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
        );
        found.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
        token = page.NextContinuationToken;
        more = page.IsTruncated === true && token !== undefined;
      }
      return found;
    });
  }

  async unfinished(): Promise<string[]> {
    return (await unfinished(this.#s3, '')).map(({ key }) => key);
  }

  async abandon(prefix: string): Promise<void> {
    for (const { key, uploadId } of await unfinished(this.#s3, prefix)) await abort(this.#s3, key, uploadId);
  }

  close(): void {
    this.#s3.close();
    this.#presigner.close();
  }
}
