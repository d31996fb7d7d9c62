import { afterEach, expect, it } from 'vitest';
import type { HealthServer } from './health-server.ts';
import { startHealthServer } from './health-server.ts';

let server: HealthServer | undefined;
afterEach(() => server?.close());

it('tells living from ready, and names what is missing', async () => {
  let connected = false;
  server = await startHealthServer('127.0.0.1', 0, {
    bus: () => connected,
    service: async () => true,
    broken: () => {
      if (!connected) throw new Error('asked too early');
      return true;
    },
  });
  const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server?.port}${path}`, init);
  expect((await get('/healthz')).status).toBe(200);
  const before = await get('/readyz');
  expect(before.status).toBe(503);
  expect(await before.json()).toEqual({ status: 'not ready', parts: { bus: false, service: true, broken: false } });
  connected = true;
  expect((await get('/readyz')).status).toBe(200);
  expect((await get('/else')).status).toBe(404);
  expect((await get('/healthz', { method: 'POST' })).status).toBe(405);
});
