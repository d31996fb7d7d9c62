import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { planNats } from './nats.ts';
import { startOnPort } from './start-on-port.ts';
import { openStateDir, type StateDir } from './state-dir.ts';
import { Supervisor } from './supervisor.ts';
import { planValkey } from './valkey.ts';

const forever = new AbortController().signal;
let root: string;
let dir: StateDir;
let supervisor: Supervisor;
let rivals: Server[];
let folders: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bb-port-'));
  dir = openStateDir({ BENCHBUS_STATE_DIR: root });
  supervisor = new Supervisor({ logsDir: dir.logs });
  rivals = [];
  folders = [root];
});
afterEach(async () => {
  await supervisor.stop();
  await Promise.all(rivals.map((rival) => new Promise((resolve) => rival.close(resolve))));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Takes the port after it was found free and before the server starts, the first time. */
async function takeOnce(port: number): Promise<void> {
  if (rivals.length > 0) return;
  const rival = createServer();
  rivals.push(rival);
  await new Promise<void>((resolve) => rival.listen(port, '127.0.0.1', resolve));
}

it('a nats-server whose port is taken at the last moment starts on another', async () => {
  const ports: number[] = [];
  const { url } = await startOnPort({ supervisor, runDir: dir.run, name: 'nats', cancel: forever }, async (port) => {
    ports.push(port);
    await takeOnce(port);
    return planNats(process.env, dir, {}, port);
  });
  expect(ports).toHaveLength(2);
  expect(url).toBe(`nats://127.0.0.1:${ports[1]}`);
  expect(supervisor.children().map(({ name }) => name)).toEqual(['nats']);
});

it('so does a Valkey', async () => {
  const ports: number[] = [];
  const { url } = await startOnPort({ supervisor, runDir: dir.run, name: 'valkey', cancel: forever }, async (port) => {
    ports.push(port);
    await takeOnce(port);
    const plan = planValkey(process.env, {}, port);
    folders.push(plan.tempDir);
    return plan;
  });
  expect(ports).toHaveLength(2);
  expect(url).toMatch(new RegExp(`:${ports[1]}$`));
});

it('a supervisor that was stopped starts nothing more', async () => {
  await supervisor.stop();
  const { spec } = await planNats(process.env, dir, {}, 1);
  await expect(supervisor.start(spec, forever)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(supervisor.children()).toEqual([]);
});
