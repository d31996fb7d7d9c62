import { GetObjectCommand, PutObjectCommand, UploadPartCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { headerContentType, type Upload } from '../../domain/claim.ts';
import type { Part } from '../../domain/parts.ts';
import type { Link } from '../backend.ts';
import { s3Client } from '@benchbus/service/s3';
import type { S3Settings } from './s3-settings.ts';

/** S3 writes SHA-256 in Base64, we in hex. */
export const base64Of = (sha256: string): string => Buffer.from(sha256, 'hex').toString('base64');

const CHECKSUM = 'x-amz-checksum-sha256';

/** URLs that allow one thing each, signed without asking S3. They are credentials: never logged. */
export class Presigner {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #expiresIn: number;

  constructor(settings: S3Settings) {
    this.#client = s3Client(settings, settings.publicEndpoint ?? settings.endpoint);
    this.#bucket = settings.bucket;
    this.#expiresIn = settings.urlSeconds;
  }

  /** The whole file: S3 itself refuses bytes with another checksum, since the header is signed. */
  async put(key: string, { claim }: Upload): Promise<Link> {
    const checksum = base64Of(claim.sha256);
    const type = headerContentType(claim.contentType);
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      ContentType: type,
      ContentLength: claim.bytes,
      ChecksumSHA256: checksum,
    });
    const signed = new Set(['content-type', 'content-length', CHECKSUM]);
    const url = await getSignedUrl(this.#client, command, {
      expiresIn: this.#expiresIn,
      signableHeaders: signed,
      unhoistableHeaders: signed,
    });
    return { url, headers: { 'content-type': type, [CHECKSUM]: checksum } };
  }

  async part(key: string, uploadId: string, { number, bytes }: Part): Promise<Link> {
    const command = new UploadPartCommand({
      Bucket: this.#bucket,
      Key: key,
      UploadId: uploadId,
      PartNumber: number,
      ContentLength: bytes,
    });
    const signableHeaders = new Set(['content-length']);
    return {
      url: await getSignedUrl(this.#client, command, { expiresIn: this.#expiresIn, signableHeaders }),
      headers: {},
    };
  }

  async get(key: string): Promise<Link> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key });
    return { url: await getSignedUrl(this.#client, command, { expiresIn: this.#expiresIn }), headers: {} };
  }

  close(): void {
    this.#client.destroy();
  }
}
