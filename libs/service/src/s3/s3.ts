import type { S3Client } from '@aws-sdk/client-s3';
import { s3Client } from './client.ts';
import { s3Error } from './s3-error.ts';
import type { S3Access } from './s3-access.ts';

/** The bucket, as the service reaches it; what goes wrong there leaves as one of our errors. */
export class S3<Settings extends S3Access = S3Access> {
  readonly settings: Settings;
  readonly #client: S3Client;
  readonly #where: string;

  constructor(settings: Settings) {
    this.settings = settings;
    this.#client = s3Client(settings, settings.endpoint);
    this.#where = `bucket ${settings.bucket} at ${settings.endpoint ?? `AWS ${settings.region}`}`;
  }

  /** @throws BenchbusError as `s3Error` says */
  async call<T>(operation: string, act: (client: S3Client, bucket: string) => Promise<T>): Promise<T> {
    try {
      return await act(this.#client, this.settings.bucket);
    } catch (error) {
      throw s3Error(error, operation, this.#where);
    }
  }

  close(): void {
    this.#client.destroy();
  }
}
