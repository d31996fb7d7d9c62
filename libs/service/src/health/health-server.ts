import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Named parts of readiness; the process is ready when all are. */
export type Checks = Readonly<Record<string, () => boolean | Promise<boolean>>>;

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}

async function evaluate(checks: Checks): Promise<Record<string, boolean>> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        return [name, await check()] as const;
      } catch {
        // A check that fails says "not ready"; the reason is in the log of whoever failed.
        return [name, false] as const;
      }
    }),
  );
  return Object.fromEntries(results);
}

/**
 * `/healthz`: 200 while the process lives. `/readyz`: 200 when every check holds, else 503; the body names each part.
 * Port 0 takes a free one.
 */
export async function startHealthServer(host: string, port: number, checks: Checks): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, { status: 'method' });
    if (path === '/healthz') return answer(response, 200, { status: 'ok' });
    if (path !== '/readyz') return answer(response, 404, { status: 'unknown path' });
    void evaluate(checks).then((parts) => {
      const ready = Object.values(parts).every(Boolean);
      answer(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', parts });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
