import type { UploadOffer } from '@benchbus/events';
import type { Upload } from '../domain/claim.ts';

/** What the bytes have to be. */
export interface Expected {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Where bytes can be fetched (HTTP GET) until it is too old: a credential, never logged. */
export interface Link {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where artifacts lie: a folder, or S3. Keys are paths of safe segments (`artifactKey`). */
export interface Backend {
  /** Reads what is there and compares, or asks the store for the checksum it took itself. */
  verify(key: string, expected: Expected): Promise<'absent' | 'same' | 'different'>;
  /** Whether `verify` takes no longer than an answer may: else it is called behind one. */
  verifiesAtOnce(upload: Upload): boolean;
  /** Where the sender puts what is still missing; undefined if nothing is: then `putTogether`. */
  offer(key: string, upload: Upload): Promise<UploadOffer | undefined>;
  /** Makes one of the parts that have arrived; fine if that was done. */
  putTogether(key: string, upload: Upload): Promise<void>;
  link(key: string, artifactId: string): Promise<Link>;
  /** Fine if there is nothing. */
  delete(key: string): Promise<void>;
  /** Of whole files whose keys begin so. */
  keys(prefix: string): Promise<string[]>;
  /** Keys of which something has arrived, but not all; where such a thing is kept at all. */
  unfinished(): Promise<string[]>;
  /** Nothing more comes for keys that begin so: what arrived of unfinished ones goes. */
  abandon(prefix: string): Promise<void>;
}
