import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toNativeYaml } from '@benchbus/suites';
import { runProgram } from '../program.ts';
import { plain } from '../render/style.ts';
import { exampleSuite } from '../testing/recorded.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'benchbus-suites-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const good = toNativeYaml(exampleSuite());
const without = (key: string): string => good.replace(new RegExp(`^( *)${key}:.*\n`, 'm'), '');

/** Nine levels of nine references each: 387 million nodes if expanded. */
const aliasBomb = (): string => {
  const levels = Array.from({ length: 9 }, (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(', ')}]`);
  return `l0: &l0 lol\n${levels.join('\n')}\n`;
};

async function cli(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  // No server is there: an invalid file has to be refused before one is needed.
  const env = { NATS_URL: 'nats://127.0.0.1:1' };
  const context = {
    env,
    paint: plain,
    paintErr: plain,
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
  };
  const exitCode = await runProgram(args, context);
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

const CASES: readonly (readonly [string, () => string | Uint8Array, string, RegExp])[] = [
  [
    'an unknown key',
    () => good.replace('    workload:', '    wurkload: 1\n    workload:'),
    'SUITE_UNKNOWN_KEY',
    /:\d+:\d+: tests\[0\]\.wurkload/,
  ],
  ['a missing field', () => without('tool'), 'SUITE_MISSING', /tests\[0\]\.workload\.tool/],
  [
    'a wrong type',
    () => good.replace(/clients: 8/, 'clients: many'),
    'SUITE_WRONG_TYPE',
    /:\d+:\d+: tests\[0\]\.workload\.clients/,
  ],
  ['a list instead of a map', () => stringify([1, 2]), 'SUITE_WRONG_TYPE', /the suite is a list/],
  ['not YAML', () => 'a: [1, 2\nb: }', 'SUITE_NOT_YAML', /:\d+:\d+/],
  ['empty', () => '', 'SUITE_EMPTY', /:1:1/],
  ['only comments', () => '# nothing\n', 'SUITE_EMPTY', /:1:1/],
  ['over 1 MiB', () => `${good}# ${'x'.repeat(1024 * 1024)}\n`, 'SUITE_TOO_LARGE', /1 MiB/],
  ['an alias bomb', aliasBomb, 'SUITE_ALIAS_BOMB', /alias/],
  ['binary', () => Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0xff), 'SUITE_BINARY', /UTF-8|control/],
];

test.each(CASES)('%s is refused with exit code 2, its code and its place', async (name, content, code, place) => {
  const file = join(folder, `${name.replaceAll(/[^a-z]/gi, '-')}.yaml`);
  await writeFile(file, content());
  for (const command of ['run', 'validate', 'plan']) {
    const { exitCode, err, out } = await cli(command, file);
    expect({ command, exitCode }).toEqual({ command, exitCode: 2 });
    expect(err).toContain(`[${code}]`);
    expect(err).toContain(`${file}:`);
    expect(err).toMatch(place);
    expect(out).toBe('');
  }
  const json = JSON.parse((await cli('run', file, '--json')).out) as { ok: boolean; problems: { code: string }[] };
  expect(json.ok).toBe(false);
  expect(json.problems.map((problem) => problem.code)).toContain(code);
});

test('all problems of a file are listed at once', async () => {
  const file = join(folder, 'several.yaml');
  await writeFile(file, good.replace(/clients: 8/, 'clients: many').replace(/times: 2/, 'times: 0'));
  const { err } = await cli('run', file);
  expect(err).toMatch(/workload\.clients/);
  expect(err).toMatch(/repeat\.times/);
});

test('validate checks every file and says which are good', async () => {
  const [fine, bad] = [join(folder, 'fine.yaml'), join(folder, 'bad.yaml')];
  await Promise.all([writeFile(fine, good), writeFile(bad, without('tool'))]);
  const { exitCode, out, err } = await cli('validate', bad, fine);
  expect(exitCode).toBe(2);
  expect(out).toContain(`${fine}: ok (quick, 2 runs)`);
  expect(err).toContain(`${bad}:`);
  expect((await cli('validate', fine)).exitCode).toBe(0);
});

test.each([
  [['run', 'nothing.yaml'], 'FILE_NOT_FOUND'],
  [['run', '/'], 'FILE_UNREADABLE'],
  [['results', 'Not An Id'], 'ARGUMENT_INVALID'],
])('%j: exit code 2, %s', async (args, code) => {
  const { exitCode, err } = await cli(...args);
  expect(exitCode).toBe(2);
  expect(err).toContain(`[${code}]`);
});

test.each([[['frobnicate']], [['run']], [['run', 'a', '--frob']]])('%j: exit code 2 and usage', async (args) => {
  const { exitCode, err } = await cli(...args);
  expect(exitCode).toBe(2);
  expect(err).toMatch(/^benchbus.*: /m);
});

test('help is a success', async () => {
  const { exitCode, out } = await cli('--help');
  expect(exitCode).toBe(0);
  for (const command of ['up', 'run', 'validate', 'plan', 'events', 'results', 'cancel', 'doctor'])
    expect(out).toContain(command);
});

test('a server that is not there: exit code 3', async () => {
  const file = join(folder, 'served.yaml');
  await writeFile(file, good);
  const { exitCode, err } = await cli('run', file);
  expect(exitCode).toBe(3);
  expect(err).toContain('[NATS_UNREACHABLE]');
});
