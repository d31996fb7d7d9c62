import { createLogger } from '@benchbus/service';
import { startValkey, type TestServer } from '@benchbus/service/testing';
import type { Valkey } from 'iovalkey';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { redlockLock } from './redlock-lock.ts';
import { connectValkey } from './valkey-client.ts';

const logger = createLogger({ LOG_LEVEL: 'fatal', LOG_MOD: 'production', LOG_MAPPING: '' }, { service: 'test' });
let server: TestServer;
const clients: Valkey[] = [];

async function lock(ttlMs = 5000, waitMs = 5000) {
  const client = connectValkey({ url: server.url, commandTimeoutMs: 2000, reconnectMs: 100 }, logger);
  clients.push(client);
  await client.connect();
  return { client, lock: redlockLock(client, { ttlMs, waitMs }, logger) };
}

beforeEach(async () => {
  server = await startValkey();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await server.stop();
});

it('lets two replicas take turns on one resource, and not on others', async () => {
  const [a, b] = [await lock(), await lock()];
  const order: string[] = [];
  const inside = Promise.withResolvers<true>();
  const leave = Promise.withResolvers<true>();
  const first = a.lock.around('x', async () => {
    inside.resolve(true);
    await leave.promise;
    order.push('first');
  });
  await inside.promise;
  expect(await a.client.exists('benchbus:lock:x')).toBe(1);
  await b.lock.around('y', async () => void order.push('other'));
  const second = b.lock.around('x', async () => void order.push('second'));
  leave.resolve(true);
  await Promise.all([first, second]);
  expect(order).toEqual(['other', 'first', 'second']);
  expect(await a.client.exists('benchbus:lock:x')).toBe(0);
});

it('goes on without the lock when its holder does not give it back in time', async () => {
  const [a, b] = [await lock(60_000), await lock(60_000, 100)];
  const leave = Promise.withResolvers<true>();
  const inside = Promise.withResolvers<true>();
  const first = a.lock.around('x', async () => {
    inside.resolve(true);
    return leave.promise;
  });
  await inside.promise;
  expect(await b.lock.around('x', async () => 'done')).toBe('done');
  leave.resolve(true);
  await first;
});

it('goes on without the lock when Valkey is gone, and hands the error of the routine on', async () => {
  const a = await lock();
  const closed = once(a.client, 'close');
  await server.stop();
  await closed;
  expect(await a.lock.around('x', async () => 'done')).toBe('done');
  await expect(a.lock.around('x', () => Promise.reject(new Error('routine')))).rejects.toThrow('routine');
  server = await startValkey();
});
