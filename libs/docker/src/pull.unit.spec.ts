import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Engine } from './engine.ts';
import { ensureImage } from './pull.ts';
import type { PullRequest } from './pull.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bbl-'));
  vi.stubEnv('DOCKER_CONFIG', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Takes the place of an engine: to read what is sent to one, as no registry here gives identity tokens, and to break off at a
 * given word. Returns the login that the pull was sent.
 */
async function pull(answer: string, breakOff = false): Promise<unknown> {
  let header: unknown;
  const socketPath = join(folder, 'd.sock');
  const listener = createServer(({ method, headers }, response) => {
    if (method !== 'POST') return void response.writeHead(404).end('{"message":"none"}');
    header = headers['x-registry-auth'];
    response.writeHead(200).write(answer, () => (breakOff ? response.destroy() : response.end()));
  }).listen(socketPath);
  await once(listener, 'listening');
  try {
    const engine = new Engine({ host: `unix://${socketPath}`, options: { socketPath } }, 5_000);
    const signal = new AbortController().signal;
    const request: PullRequest = { image: 'r.example:5000/a/b:1', node: 'pg', signal, onProgress: () => undefined };
    await ensureImage(engine, request, { policy: 'missing', retries: 0, backoffMs: 1, timeoutMs: 5_000 });
  } finally {
    listener.closeAllConnections();
    await new Promise((resolve) => listener.close(resolve));
  }
  return JSON.parse(Buffer.from(String(header), 'base64').toString('utf8')) as unknown;
}

it.each([
  [
    { identitytoken: 'a token', auth: Buffer.from('ann:').toString('base64') },
    { identitytoken: 'a token', username: 'ann' },
  ],
  [{ auth: Buffer.from('ann:pa:ss').toString('base64') }, { username: 'ann', password: 'pa:ss' }],
])('what the client’s configuration has of a registry, %j, is what the engine gets', async (entry, login) => {
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { 'r.example:5000': entry } }));
  expect(await pull('{"status":"done"}\n')).toEqual({ serveraddress: 'r.example:5000', ...login });
});

it.each([
  ['{"status":"x"}\n{"error":"write /x: no space left on device"}\n', 'DISK_FULL'],
  ['{"error":"unauthorized: authentication required"}', 'IMAGE_PULL_DENIED'],
  ['{"error":"unexpected EOF"}\n', 'IMAGE_PULL_FAILED'],
])('a pull that fails after it has begun well, with %s, is %s', async (answer, code) => {
  await expect(pull(answer)).rejects.toMatchObject({ code, where: 'pg' });
});

it('a pull whose engine ends is none', async () => {
  await expect(pull('{"status":"x"}\n', true)).rejects.toMatchObject({ code: 'IMAGE_PULL_FAILED', where: 'pg' });
});
