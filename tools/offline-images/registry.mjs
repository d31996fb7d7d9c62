import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../lib/failure.mjs';

const START_MS = 20_000;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const answers = (port) =>
  fetch(`http://127.0.0.1:${port}/v2/`).then(
    () => true,
    () => false,
  );

/**
 * A registry on a free loopback port. `folder` takes its configuration, log and pid; `storage` the images, and may be kept
 * from one start to the next. `auth`: an htpasswd file. Returns its port.
 */
export async function startRegistry(folder, storage, auth) {
  mkdirSync(folder, { recursive: true });
  mkdirSync(storage, { recursive: true });
  const port = await freePort();
  const config = {
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
    ...(auth === undefined ? {} : { auth: { htpasswd: { realm: 'benchbus', path: auth } } }),
  };
  const file = join(folder, 'registry.yml');
  writeFileSync(file, JSON.stringify(config)); // JSON is YAML
  const out = openSync(join(folder, 'registry.log'), 'a');
  const child = spawn('docker-registry', ['serve', file], { detached: true, stdio: ['ignore', out, out] });
  let why;
  child.once('error', (error) => (why = error.message));
  child.once('exit', (code, signal) => (why = `it ended with ${code ?? signal}`));
  child.unref();
  const deadline = Date.now() + START_MS;
  while (!(await answers(port))) {
    if (why === undefined && Date.now() < deadline) await delay(50);
    else
      throw new Failure({ code: 'REGISTRY_FAILED', message: `docker-registry did not start: ${why ?? 'no answer'}` });
  }
  writeFileSync(join(folder, 'registry.pid'), String(child.pid));
  return port;
}

/** Ends the registry of a folder. Repeatable. */
export function stopRegistry(folder) {
  const file = join(folder, 'registry.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8'));
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)) process.kill(pid, 'SIGTERM');
  } catch {
    // ended already
  }
}
