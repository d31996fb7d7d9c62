import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Engine } from './engine.ts';
import { ensureImage } from './pull.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bbl-'));
  vi.stubEnv('DOCKER_CONFIG', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  [
    { identitytoken: 'a token', auth: Buffer.from('ann:').toString('base64') },
    { identitytoken: 'a token', username: 'ann' },
  ],
  [{ auth: Buffer.from('ann:pa:ss').toString('base64') }, { username: 'ann', password: 'pa:ss' }],
])('what the client’s configuration has of a registry, %j, is what the engine gets', async (entry, login) => {
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { 'r.example:5000': entry } }));
  let header: unknown;
  // Takes the place of an engine to read what is sent to one: no registry here gives identity tokens.
  const socketPath = join(folder, 'd.sock');
  const listener = createServer(({ method, headers }, answer) => {
    if (method === 'POST') header = headers['x-registry-auth'];
    answer
      .writeHead(method === 'POST' ? 200 : 404)
      .end(method === 'POST' ? '{"status":"done"}\n' : '{"message":"none"}');
  }).listen(socketPath);
  await once(listener, 'listening');
  const engine = new Engine({ host: `unix://${socketPath}`, options: { socketPath } }, 5_000);
  const request = { image: 'r.example:5000/a/b:1', signal: new AbortController().signal, onProgress: () => undefined };
  await ensureImage(engine, request, { policy: 'missing', retries: 0, backoffMs: 1, timeoutMs: 5_000 });
  listener.closeAllConnections();
  await new Promise((resolve) => listener.close(resolve));
  const sent: unknown = JSON.parse(Buffer.from(String(header), 'base64').toString('utf8'));
  expect(sent).toEqual({ serveraddress: 'r.example:5000', ...login });
});
