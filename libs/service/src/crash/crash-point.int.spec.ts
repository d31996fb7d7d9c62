import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const survived = { code: 0, signal: null, lines: ['before', 'once', 'survived'] };
const signalsOf = async (...runs: ReturnType<typeof run>[]) => (await Promise.all(runs)).map(({ signal }) => signal);

describe('BENCHBUS_CRASH_AT', () => {
  it('does nothing unless it names a point that is passed, in this service', async () => {
    for (const at of ['', 'after.other', 'after.work:another', 'after.work#3']) {
      expect(await run({ BENCHBUS_CRASH_AT: at })).toEqual(survived);
    }
  });

  it('kills as by SIGKILL, at exactly that point and passing', async () => {
    for (const at of ['after.work', 'after.work:fixture', 'after.work#1']) {
      expect(await run({ BENCHBUS_CRASH_AT: at })).toEqual({ code: null, signal: 'SIGKILL', lines: ['before'] });
    }
    expect(await run({ BENCHBUS_CRASH_AT: 'after.work#2:fixture' })).toMatchObject({ lines: ['before', 'once'] });
  });

  it('kills once with a marker, whoever comes second survives', async () => {
    const env = { BENCHBUS_CRASH_AT: 'after.work', BENCHBUS_CRASH_ONCE: join(folder, 'marker') };
    expect((await signalsOf(run(env), run(env))).filter((signal) => signal === 'SIGKILL')).toHaveLength(1);
    expect(await run(env)).toEqual(survived);
  });
});

describe('BENCHBUS_CRASH_DIR', () => {
  const arm = (spec: string) => writeFileSync(join(folder, spec.replace(/\W/g, '-')), `${spec}\n`);
  const env = () => ({ BENCHBUS_CRASH_DIR: folder });

  it('does nothing without a folder, without a file, and for another point', async () => {
    expect(await run({ BENCHBUS_CRASH_DIR: join(folder, 'none') })).toEqual(survived);
    expect(await run(env())).toEqual(survived);
    arm('after.other');
    arm('after.work:another');
    expect(await run(env())).toEqual(survived);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('kills one of all processes, which removes the file', async () => {
    arm('after.work:fixture');
    arm('after.other');
    expect((await signalsOf(run(env()), run(env()))).filter((signal) => signal === 'SIGKILL')).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['after-other']);
  });

  it('counts the passings of all processes together', async () => {
    arm('after.work#3');
    expect(await run(env())).toEqual(survived);
    expect(await run(env())).toMatchObject({ signal: 'SIGKILL', lines: ['before'] });
    expect(await run(env())).toEqual(survived);
  });

  it('refuses a file that is no spec', async () => {
    writeFileSync(join(folder, 'typo'), 'not a point');
    const { code, lines } = await run(env());
    expect(code).not.toBe(0);
    expect(lines.join('\n')).toContain('CONFIG_CRASH_SPEC');
  });
});

describe('BENCHBUS_CRASH_TRACE', () => {
  it('says which points are passed, by which service, the last one before a death included', async () => {
    const trace = join(folder, 'trace');
    await run({ BENCHBUS_CRASH_TRACE: trace });
    await run({ BENCHBUS_CRASH_TRACE: trace, BENCHBUS_CRASH_AT: 'after.work' });
    expect(readFileSync(trace, 'utf8')).toBe('fixture after.work\n'.repeat(3));
  });
});
