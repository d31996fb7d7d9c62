import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { bearerToken } from '../auth/token.ts';
import { Refusal, type RefusalReason } from '../engine-error.ts';
import type { EngineTls, Listen } from '../engine-tls.ts';

const MAX_BODY_BYTES = 4 * 1024 * 1024;

export interface RestRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON, or undefined without a body. */
  readonly body: unknown;
}

/** Answers with JSON and 200; a Refusal becomes an error answer. */
export type Handler = (request: RestRequest) => unknown;

/** `GET /api/v1/tenants/:tenant/worker` → handler. */
export type Routes = Readonly<Record<string, Handler>>;

export interface RestServer {
  readonly port: number;
  stop(): Promise<void>;
}

interface Guard {
  readonly tenantId: string;
  readonly isAllowed: (token: string) => boolean;
  readonly logger: Logger;
}

class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const STATUS: Readonly<Record<RefusalReason, number>> = {
  'not-found': 404,
  invalid: 400,
  unsupported: 501,
  precondition: 409,
};

/** Serves the routes; every path needs this engine's token. */
export async function serveRest(routes: Routes, guard: Guard, { host, port, tls }: Listen): Promise<RestServer> {
  const table = Object.entries(routes).map(([route, handler]) => compile(route, handler));
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(table, guard, request)
      .then((body) => send(response, 200, body))
      .catch((error: unknown) => sendError(response, error, guard.logger));
  };
  const server = tls ? createTlsServer(httpsOptions(tls), listener) : createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo; // never a pipe: listen() got a port
  return { port: address.port, stop: () => stop(server) };
}

const httpsOptions = ({ cert, key, clientCa }: EngineTls) =>
  clientCa === undefined ? { cert, key } : { cert, key, ca: clientCa, requestCert: true };

interface Compiled {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handler: Handler;
}

function compile(route: string, handler: Handler): Compiled {
  const [method = '', path = ''] = route.split(' ');
  const pattern = new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
  return { method, pattern, handler };
}

async function answer(table: readonly Compiled[], guard: Guard, request: IncomingMessage): Promise<unknown> {
  const token = bearerToken(request.headers.authorization);
  if (token === undefined) throw new HttpError(401, 'no bearer token');
  if (!guard.isAllowed(token)) throw new HttpError(403, 'the token was not issued by this engine');
  const url = new URL(request.url ?? '/', 'http://engine');
  for (const { method, pattern, handler } of table) {
    const match = method === request.method ? pattern.exec(url.pathname) : null;
    if (!match) continue;
    const params: Record<string, string> = { ...match.groups };
    if (params['tenant'] !== undefined && params['tenant'] !== guard.tenantId)
      throw new HttpError(403, 'the token is of another tenant');
    return handler({ params, query: url.searchParams, body: await readBody(request) });
  }
  throw new HttpError(
    501,
    `the embedded engine has no ${request.method ?? ''} ${url.pathname}; use a real Hatchet engine for it`,
  );
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new HttpError(413, `the body is larger than ${String(MAX_BODY_BYTES)} bytes`);
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new HttpError(400, 'the body is not JSON');
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function sendError(response: ServerResponse, error: unknown, logger: Logger): void {
  const status = error instanceof HttpError ? error.status : error instanceof Refusal ? STATUS[error.reason] : 500;
  if (status === 500) logger.error({ err: error }, 'request failed');
  const description = status === 500 || !(error instanceof Error) ? 'the engine failed; see its log' : error.message;
  send(response, status, { errors: [{ code: status, description }] });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
