import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startChild } from '../testing/child.ts';

const main = join(import.meta.dirname, '../fixtures/crashing.ts');
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchbus-crash-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(env: Record<string, string>) {
  const child = startChild(process.execPath, [main], { env: { PATH: process.env['PATH'] ?? '', ...env } });
  const exit = await child.exited;
  return { ...exit, lines: child.lines };
}

describe('crashPoint', () => {
  it('does nothing unless it is named, for this service', async () => {
    for (const at of ['', 'after.other', 'after.work:another']) {
      expect(await run({ BENCHBUS_CRASH_AT: at })).toEqual({ code: 0, signal: null, lines: ['before', 'survived'] });
    }
  });

  it('dies as by SIGKILL, at exactly that point', async () => {
    for (const at of ['after.work', 'after.work:fixture']) {
      expect(await run({ BENCHBUS_CRASH_AT: at })).toEqual({ code: null, signal: 'SIGKILL', lines: ['before'] });
    }
  });

  it('dies once with a marker, whoever comes second survives', async () => {
    const env = { BENCHBUS_CRASH_AT: 'after.work', BENCHBUS_CRASH_ONCE: join(folder, 'marker') };
    const both = await Promise.all([run(env), run(env)]);
    expect(both.map(({ signal }) => signal).sort()).toEqual(['SIGKILL', null].sort());
    expect(await run(env)).toMatchObject({ code: 0 });
  });

  it('can be armed by a file, which the one that dies removes', async () => {
    const file = join(folder, 'armed');
    const env = { BENCHBUS_CRASH_FILE: file };
    expect(await run(env)).toMatchObject({ code: 0 });
    writeFileSync(file, 'after.work:fixture\n');
    const both = await Promise.all([run(env), run(env)]);
    expect(both.map(({ signal }) => signal).sort()).toEqual(['SIGKILL', null].sort());
    expect(existsSync(file)).toBe(false);
  });
});
