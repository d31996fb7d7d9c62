import type { UploadOffer } from '@benchbus/events';
import { headerContentType, type Upload } from '../../domain/claim.ts';
import { signedLink, signedQuery } from '../../domain/signature.ts';
import type { Backend, Expected, Link } from '../backend.ts';
import type { FolderStorage } from './folder-storage.ts';

export interface FolderBackendOptions {
  readonly storage: FolderStorage;
  /** Signs the URLs. */
  readonly key: Uint8Array;
  readonly urlSeconds: number;
  /** Where the endpoint of the folder is reached; known once it listens. */
  readonly base: () => string;
}

/** Artifacts in a folder of this machine, reached through this service's own endpoint. */
export class FolderBackend implements Backend {
  readonly #options: FolderBackendOptions;

  constructor(options: FolderBackendOptions) {
    this.#options = options;
  }

  verifiesAtOnce(): boolean {
    return true;
  }

  async offer(_: string, upload: Upload): Promise<UploadOffer> {
    const query = signedQuery(this.#options.key, upload, this.#expires());
    const headers = { 'content-type': headerContentType(upload.claim.contentType) };
    return Promise.resolve({ upload: { url: this.#url(upload.claim.artifactId, query), headers } });
  }

  async link(key: string, artifactId: string): Promise<Link> {
    const query = signedLink(this.#options.key, artifactId, key, this.#expires());
    return Promise.resolve({ url: this.#url(artifactId, query), headers: {} });
  }

  /** Comes in one piece. */
  putTogether(): Promise<void> {
    return Promise.resolve();
  }

  verify(key: string, expected: Expected): Promise<'absent' | 'same' | 'different'> {
    return this.#options.storage.verify(key, expected);
  }

  delete(key: string): Promise<void> {
    return this.#options.storage.delete(key);
  }

  /** Not asked for: what comes by our own endpoint is recorded as it comes. */
  keys(): Promise<string[]> {
    return Promise.resolve([]);
  }

  /** What is cut off leaves nothing. */
  unfinished(): Promise<string[]> {
    return Promise.resolve([]);
  }

  abandon(): Promise<void> {
    return Promise.resolve();
  }

  #expires(): number {
    return Math.ceil(Date.now() / 1000) + this.#options.urlSeconds;
  }

  #url(artifactId: string, query: URLSearchParams): string {
    return `${this.#options.base().replace(/\/$/, '')}/artifacts/${artifactId}?${query.toString()}`;
  }
}
