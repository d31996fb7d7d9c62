import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { plain } from '../render/style.ts';
import { foretell, liftedLines } from './before-publishing.ts';
import { readRunnableSuite, readSuiteFile } from './read-suite-file.ts';

const examples = join(import.meta.dirname, '../../../../examples');

it('says of what cannot be executed, before it fails', async () => {
  const said: string[] = [];
  foretell(await readSuiteFile(join(examples, 'predecessor/patroni-cluster.yaml')), {
    err: (text) => void said.push(text),
    paintErr: plain,
  });
  expect(said.join('\n')).toMatch(/^warning: .*\[TARGET_CANNOT\]\n {2}→ /m);
});

it('says how a file of the predecessor was understood', async () => {
  const said: string[] = [];
  const read = await readRunnableSuite(join(examples, 'predecessor/instance.yaml'));
  foretell(read, { err: (text) => void said.push(text), paintErr: plain });
  expect(said.filter((line) => line.startsWith('note: '))).toHaveLength(read.notes.length);
});

it('names the field of a secret and its new place, never its value', () => {
  const value = randomBytes(8).toString('hex');
  const content = { tests: [{ database: { connection: { password: { secret: 's.pw' } } } }] };
  const read = { content, secrets: new Map([['s.pw', value]]) };
  const field = 'tests[0].database.connection.password';
  expect(liftedLines(read, (name) => join('.benchbus/secrets', name))).toEqual([
    `${field} was taken out of the file and kept as .benchbus/secrets/s.pw`,
  ]);
  expect(liftedLines(read, undefined)).toEqual([
    `${field} was taken out of the file and published as the reference s.pw`,
  ]);
});
