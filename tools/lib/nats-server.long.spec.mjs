import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureNatsServer } from './nats-server.mjs';
import { findAll, outputOf } from './run-command.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bb-nats-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The registries, for real: a cache that is empty, a PATH without nats-server. */
test.each(['go', 'pip'])(
  '%s makes a nats-server that is new enough and leaves nothing else in the cache',
  (way, context) => {
    const [tool] = findAll(way === 'go' ? 'go' : 'python3');
    if (tool === undefined) context.skip(`needs ${way}`);
    symlinkSync(tool, join(folder, way === 'go' ? 'go' : 'python3'));
    const dirs = [folder, dirname(tool), '/usr/local/bin', '/usr/bin', '/bin'].filter(
      (dir) => findAll('nats-server', { PATH: dir }).length === 0,
    );
    const env = {
      ...process.env,
      PATH: dirs.join(':'),
      HOME: folder,
      XDG_CACHE_HOME: join(folder, 'cache'),
      BENCHBUS_NATS_SERVER: '',
      GOPATH: join(folder, 'gopath'),
      GOFLAGS: '-modcacherw',
    };
    const made = ensureNatsServer(env, [way]);
    expect(made).toBe(join(folder, 'cache/benchbus/bin/nats-server'));
    expect(outputOf(made, ['--version'])).toMatch(/v2\.15\./);
    expect(readdirSync(dirname(made))).toEqual(['nats-server']);
  },
);
