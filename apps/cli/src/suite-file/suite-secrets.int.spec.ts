import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { provideLocally, wantedElsewhere } from './provide-secrets.ts';
import { readRunnableSuite, readSuiteFile } from './read-suite-file.ts';

const examples = join(import.meta.dirname, '../../../../examples/predecessor');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchbus-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const existing = () => readRunnableSuite(join(examples, 'existing-database.yaml'));

it('secrets of a file are kept beside it, named after the suite, and are not in what is published', async () => {
  const read = await existing();
  const dir = join(folder, 'kept');
  provideLocally(read, {}, dir);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  const files = readdirSync(dir);
  expect(files.toSorted()).toEqual([...read.secrets.keys()].toSorted());
  for (const file of files) {
    expect(file.startsWith(`${read.suiteId}.`)).toBe(true);
    expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600);
  }
  expect(files.map((file) => readFileSync(join(dir, file), 'utf8'))).toContain('YOUR_PASSWORD\n');
  const published = JSON.stringify(read.content);
  expect(published).toContain(read.suiteId);
  for (const value of read.secrets.values()) expect(published).not.toContain(value);
});

it('a file that is only looked at is the same each time, and one that is run has an id of its own', async () => {
  const file = join(examples, 'existing-database.yaml');
  const [first, second] = [await readSuiteFile(file), await readSuiteFile(file)];
  expect(first.secrets.size).toBeGreaterThan(0);
  expect(second).toEqual(first);
  expect((await existing()).suiteId).not.toBe((await existing()).suiteId);
});

it('another installation wants each secret by name, and nothing is written here', async () => {
  const read = await existing();
  const lines = wantedElsewhere(read).join('\n');
  for (const [name, value] of read.secrets) {
    expect(lines).toContain(`\n  ${name}`);
    expect(lines).not.toContain(value);
  }
});

it('a secret that a suite refers to has to be a file here, or a variable that becomes one', async () => {
  const file = join(folder, 'refers.yaml');
  const text = (password: string) =>
    `apiVersion: benchbus.io/v1\nkind: Suite\nname: s\ntests:\n  - name: t\n    database: { connection: { url: postgres://h/d, password: ${password} } }\n    workload: { tool: pgbench }\n`;
  writeFileSync(file, text('{ secret: PW }'));
  const read = await readRunnableSuite(file);
  const dir = join(folder, 'referred');
  expect(() => provideLocally(read, {}, dir)).toThrow(expect.objectContaining({ code: 'SECRET_MISSING' }));
  expect(existsSync(dir)).toBe(false);
  provideLocally(read, { PW: 'hunter2' }, dir);
  expect(readFileSync(join(dir, 'PW'), 'utf8')).toBe('hunter2\n');
  provideLocally(read, {}, dir);

  writeFileSync(file, text('{ secret: PW, provider: env }'));
  const variable = await readRunnableSuite(file);
  expect(() => provideLocally(variable, { PW: 'x' }, dir)).toThrow(/provider: env/);
});

it('a database template can be read, and not be run', async () => {
  const file = join(folder, 'template.yaml');
  writeFileSync(
    file,
    'postgresInstance: { defaults: {}, node: { name: db, hardware: {}, postgres: { role: ROLE_MASTER } } }\n',
  );
  expect((await readSuiteFile(file)).template?.nodes).toHaveLength(1);
  await expect(readRunnableSuite(file)).rejects.toMatchObject({ code: 'SUITE_TEMPLATE_ONLY' });
});
