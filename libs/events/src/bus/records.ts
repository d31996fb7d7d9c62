/** One entry of a bucket of small records that are no facts. */
export interface StoredRecord {
  readonly value: string;
  readonly revision: number;
}

/** Records of one bucket, each under a key `[-A-Za-z0-9]+`; they vanish some time after their last change. */
export interface Records {
  get(key: string): Promise<StoredRecord | undefined>;
  /** Writes where the key is at `revision` (0: where there is none); false where somebody else was first. */
  put(key: string, value: string, revision: number): Promise<boolean>;
}
