/** What the bytes have to be. */
export interface Expected {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Where artifacts lie: a folder now, S3 later. Keys are paths of safe segments (`artifactKey`). */
export interface Backend {
  /**
   * Takes the bytes in; afterwards they are complete under `key` and survive a power cut, or nothing is there.
   * Two at once with the same key and bytes are fine.
   * @throws UploadError UPLOAD_SIZE | UPLOAD_CHECKSUM | STORE_FULL, or what the source throws
   */
  put(key: string, bytes: AsyncIterable<Uint8Array>, expected: Expected): Promise<void>;
  /** Reads what is there and compares. */
  verify(key: string, expected: Expected): Promise<'absent' | 'same' | 'different'>;
  exists(key: string): Promise<boolean>;
  /** Fine if there is nothing. */
  delete(key: string): Promise<void>;
}
