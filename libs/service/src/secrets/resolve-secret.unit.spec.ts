import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resolveSecret } from './resolve-secret.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'benchbus-secrets-'));
  writeFileSync(join(dir, 'A'), 'from the file\n', { mode: 0o600 });
  writeFileSync(join(dir, 'open'), 'hunter2', { mode: 0o600 });
  chmodSync(join(dir, 'open'), 0o640);
  mkdirSync(join(dir, 'folder'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const env = { A: 'from the variable', EMPTY: '' };

it('takes the variable, then the file, or only the one that is asked for', () => {
  expect(resolveSecret({ secret: 'A' }, { env, dir })).toBe('from the variable');
  expect(resolveSecret({ secret: 'A' }, { env: {}, dir })).toBe('from the file');
  expect(resolveSecret({ secret: 'A', provider: 'file' }, { env, dir })).toBe('from the file');
  expect(resolveSecret({ secret: 'A', provider: 'env' }, { env, dir })).toBe('from the variable');
});

it.each([
  [{ secret: 'B' }, 'SECRET_MISSING', /secret B .*variable B, then the file .*\/B$/],
  [{ secret: 'EMPTY', provider: 'env' }, 'SECRET_MISSING', /variable EMPTY$/],
  [{ secret: 'open' }, 'SECRET_FILE_OPEN', /mode 640/],
  [{ secret: 'folder' }, 'SECRET_UNREADABLE', /no file/],
  [{ secret: '../A' }, 'SECRET_NAME_INVALID', /name/],
  [{ secret: 'installation.key' }, 'SECRET_NAME_INVALID', /name/],
  [{ secret: '..' }, 'SECRET_NAME_INVALID', /name/],
] as const)('%j: %s', (ref, code, message) => {
  const get = () => resolveSecret(ref, { env, dir });
  expect(get).toThrow(expect.objectContaining({ code }));
  expect(get).toThrow(message);
  expect(get).not.toThrow(/hunter2/);
});

it('says that there is no folder', () => {
  expect(() => resolveSecret({ secret: 'B' }, { env })).toThrow(/BENCHBUS_SECRETS_DIR is not set/);
});
