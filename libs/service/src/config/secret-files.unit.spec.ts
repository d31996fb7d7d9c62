import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readSecretFiles } from './secret-files.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'bb-secret-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const given = (text: string): string => {
  const file = join(folder, 'secret');
  writeFileSync(file, text);
  return file;
};

it('takes a secret from its file, without the line end that editors add', () => {
  const env: NodeJS.ProcessEnv = { HATCHET_CLIENT_TOKEN_FILE: given('a.b.c\n') };
  readSecretFiles(env);
  expect(env).toEqual({ HATCHET_CLIENT_TOKEN: 'a.b.c' });
});

it('leaves what is set, and files of other variables', () => {
  const env: NodeJS.ProcessEnv = {
    S3_SECRET_ACCESS_KEY: 'set',
    S3_SECRET_ACCESS_KEY_FILE: '/nowhere',
    NATS_CREDS_FILE: '/nowhere',
    VALKEY_URL_FILE: '',
  };
  const before = { ...env };
  readSecretFiles(env);
  expect(env).toEqual(before);
});

it.each([
  ['is not there', () => join(folder, 'none'), /cannot be read \(ENOENT\)/],
  ['is empty', () => given(' \n'), /is empty/],
])('refuses a file that %s, by the name of its variable', (_, file, message) => {
  const env = { VALKEY_URL_FILE: file() };
  const refusal = expect.objectContaining({
    code: 'CONFIG_INVALID',
    where: 'VALKEY_URL_FILE',
    message: expect.stringMatching(message) as string,
  }) as Error;
  expect(() => readSecretFiles(env)).toThrow(refusal);
});
