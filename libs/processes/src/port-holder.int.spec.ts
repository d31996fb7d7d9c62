import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { listeners } from './listeners.ts';
import { bindProblem, portHolder } from './port-holder.ts';

let server: Server | undefined;
afterEach(async () => {
  if (server?.listening) await new Promise((resolve) => server?.close(resolve));
});

async function listen(address: string): Promise<number> {
  server = createServer().listen(0, address);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

it.each(['127.0.0.1', '0.0.0.0', '::'])('a port taken on %s: who has it', async (address) => {
  const port = await listen(address);
  expect(await bindProblem('127.0.0.1', port)).toBe('EADDRINUSE');
  const shown = address === '::' ? '[::]' : address;
  expect(portHolder('127.0.0.1', port)).toMatch(new RegExp(`^process ${process.pid} \\(.+\\) on `));
  expect(portHolder('127.0.0.1', port)?.endsWith(` on ${shown}`)).toBe(true);
  expect(listeners()).toContainEqual(expect.objectContaining({ address: shown, port }));
});

it('one address does not take the port of another', async () => {
  const port = await listen('127.0.0.1');
  expect(await bindProblem('127.201.7.9', port)).toBeUndefined();
  expect(portHolder('127.201.7.9', port)).toBeUndefined();
});

it('an address of another machine cannot be listened on', async () => {
  expect(await bindProblem('192.0.2.1', 1)).toBe('EADDRNOTAVAIL');
});
