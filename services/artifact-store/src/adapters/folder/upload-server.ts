import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { problemOf } from '@benchbus/events';
import type { Logger } from 'pino';
import type { ArtifactStore } from '../../artifact-store.ts';
import { verifiedLink, verifiedUpload } from '../../domain/signature.ts';
import { UploadError } from '../../domain/upload-error.ts';
import { wrongSize } from './checked.ts';
import type { FolderStorage } from './folder-storage.ts';

export interface UploadServerOptions {
  readonly store: ArtifactStore;
  readonly storage: FolderStorage;
  readonly key: Uint8Array;
  readonly logger: Logger;
  readonly host: string;
  readonly port: number;
  /** A sender that is silent for so long is cut off. */
  readonly idleMs: number;
  /** A whole upload may take so long. */
  readonly uploadMs: number;
  readonly now?: () => number;
}

/** For how long the rest of a body nobody needs is read. */
const DRAIN_MS = 10_000;
const PATH = /^\/artifacts\/([0-9a-f-]{36})$/;

/**
 * `PUT /artifacts/<id>?…signature` answers 201 stored, 200 stored before; `GET` the bytes; both a problem as JSON if they cannot.
 * URLs are never logged.
 */
export class UploadServer {
  readonly #options: UploadServerOptions;
  readonly #server: Server;
  readonly #running = new Set<Promise<void>>();

  constructor(options: UploadServerOptions) {
    this.#options = options;
    this.#server = createServer(
      { requestTimeout: options.uploadMs, headersTimeout: options.idleMs },
      (request, response) => {
        const handling = this.#handle(request, response).finally(() => this.#running.delete(handling));
        this.#running.add(handling);
      },
    );
    this.#server.timeout = options.idleMs;
  }

  /** Resolves with the port. */
  async start(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port, this.#options.host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no new uploads, and finishes those that run. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    await Promise.all(this.#running);
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (request.method === 'GET') return await this.#download(request, response);
      const outcome = await this.#upload(request);
      drain(request);
      send(response, outcome === 'stored' ? 201 : 200, { outcome });
    } catch (error) {
      this.#refuse(request, response, error);
    }
  }

  /** What the URL was signed for. */
  #signed<T extends { readonly expires: number }>(
    request: IncomingMessage,
    verified: (key: Uint8Array, artifactId: string, query: URLSearchParams) => T | undefined,
  ): T {
    const { key, now = Date.now } = this.#options;
    const url = new URL(request.url ?? '/', 'http://store');
    const artifactId = PATH.exec(url.pathname)?.[1];
    if (artifactId === undefined) throw new UploadError('NOT_FOUND', { message: 'there is nothing here' });
    const signed = verified(key, artifactId, url.searchParams);
    const where = `artifact ${artifactId}`;
    if (signed === undefined)
      throw new UploadError('UPLOAD_SIGNATURE', {
        message: 'the URL is not one this store signed',
        where,
        hint: 'ask for a new one; several stores need one BENCHBUS_ARTIFACTS_SIGNING_KEY',
      });
    if (signed.expires * 1000 <= now())
      throw new UploadError('UPLOAD_EXPIRED', { message: 'the URL is too old', where, hint: 'ask for a new one' });
    return signed;
  }

  async #download(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const found = await this.#options.storage.open(this.#signed(request, verifiedLink).file);
    if (found === undefined) throw new UploadError('NOT_FOUND', { message: 'the file is not in the store' });
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': found.bytes });
    await pipeline(found.file.createReadStream(), response);
  }

  async #upload(request: IncomingMessage): Promise<'stored' | 'already'> {
    const { storage, store } = this.#options;
    if (request.method !== 'PUT')
      throw new UploadError('METHOD_NOT_ALLOWED', { message: 'only PUT and GET are served here' });
    const signed = this.#signed(request, verifiedUpload);
    const { claim } = signed.upload;
    const length = request.headers['content-length'];
    if (length !== undefined && Number(length) !== claim.bytes) throw wrongSize(length, claim);
    // A refused body must not destroy the connection before the answer is out.
    const body: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
    return store.take(signed.upload, (file) => storage.put(file, body, claim));
  }

  #refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    const { logger } = this.#options;
    const refused = error instanceof UploadError;
    const cut = request.destroyed && !request.complete;
    if (refused || cut) logger.info({ ...problemOf(error), cut }, 'upload refused');
    else logger.error({ ...problemOf(error), err: error }, 'upload failed');
    const status = refused ? error.status : 500;
    const problem = refused
      ? error.problem
      : { code: 'UPLOAD_FAILED', message: 'the store could not take it; try again' };
    send(response, status, { problem });
    drain(request);
  }
}

/**
 * What was not read is not needed. It is read all the same, for a while: a connection closed with bytes unread is reset, and the
 * sender would never see the answer.
 */
function drain(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  request.resume();
  const timer = setTimeout(() => request.destroy(), DRAIN_MS);
  request.once('close', () => clearTimeout(timer));
}

function send(response: ServerResponse, status: number, body: object): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
