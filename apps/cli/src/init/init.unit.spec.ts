import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { parseSuite } from '@benchbus/suites';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { init } from '../commands/init.ts';
import { validate } from '../commands/validate.ts';
import { plain } from '../render/style.ts';
import type { Ask } from './ask.ts';
import { askForSuite, onTerminal } from './ask.ts';
import { firstSuiteYaml } from './first-suite.ts';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'bb-init-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));
const context = { env: {}, out: () => undefined, err: () => undefined, paint: plain, paintErr: plain };

/** Answers in turn; a wrong answer fails, as nobody is there to be asked again. */
const answering = (answers: string[]): Ask => {
  const left = [...answers];
  return async (_text, preset, wrong) => {
    const answer = left.shift() || preset;
    expect(wrong(answer)).toBeUndefined();
    return answer;
  };
};
const suiteOf = async (...answers: string[]) => {
  const parsed = parseSuite(firstSuiteYaml(await askForSuite(answering(answers)), undefined), { file: 's.yaml' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.suite;
};

it('--yes writes a suite that validate accepts, and overwrites nothing', async () => {
  const file = join(folder, 'suite.yaml');
  expect(await init({ file, yes: true }, context)).toBe(0);
  expect(await validate({ files: [file], json: false }, context)).toBe(0);
  const written = await readFile(file, 'utf8');
  await expect(init({ file, yes: true }, context)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  expect(await readFile(file, 'utf8')).toBe(written);
});

it('what is answered is what is in the suite: a server of its own, or a database that exists', async () => {
  expect(await suiteOf('mine', '', '64MB', '2', '1', '5m', '3')).toMatchObject({
    name: 'mine',
    tests: [
      {
        database: { topology: { postgres: { settings: { shared_buffers: '64MB' } } } },
        workload: { tool: 'pgbench', scale: 2, clients: 1, threads: 1, durationMs: 300_000 },
        repeat: { times: 3 },
      },
    ],
  });
  const url = 'postgres://bench@db.example.com:5432/bench';
  const external = await suiteOf('', url, 'DB_PASSWORD');
  expect(JSON.stringify(external.tests[0]?.database)).toContain('DB_PASSWORD');
  expect(JSON.stringify((await suiteOf('', url, '')).tests[0]?.database)).not.toContain('"secret"');
});

it('a wrong answer is asked again; the end of the input writes nothing', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = '';
  output.on('data', (data: Buffer) => {
    const text = data.toString();
    shown += text;
    if (shown.match(/Name of the suite/g)?.length === 1 && text.includes('Name of')) input.write('No Name!\n');
    else if (text.includes('Name of the suite')) input.end();
  });
  await expect(onTerminal(input, output, askForSuite)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(shown).toContain('please: a-z');
});

it('a password does not get into the file; without a terminal there are no questions', async () => {
  const asked = askForSuite(async (text, preset, wrong) => {
    if (!text.startsWith('URL')) return preset;
    throw new Error(wrong('postgres://a:b@c/d'));
  });
  await expect(asked).rejects.toThrow('without its password');
  const file = join(folder, 'suite.yaml');
  if (!process.stdin.isTTY) await expect(init({ file, yes: false }, context)).rejects.toThrow('terminal');
  expect(existsSync(file)).toBe(false);
});
