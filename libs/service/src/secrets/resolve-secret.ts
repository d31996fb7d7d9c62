import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { installationKeyFile } from './installation-key.ts';

/** A secret by reference, as suites have it (`secretRef` of @benchbus/suites). */
export interface SecretReference {
  readonly secret: string;
  /** Absent: the variable first, then the file. */
  readonly provider?: 'env' | 'file' | undefined;
}

export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** BENCHBUS_SECRETS_DIR: a file for each secret, readable for nobody else; undefined: there is none. */
  readonly dir?: string | undefined;
}

/** No separators and no leading dot: a name never leaves the folder. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** Lies in the same folder in an embedded stack, and is nothing that a suite may ask for. */
const OWN = basename(installationKeyFile(''));

function fromFile(name: string, path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new BenchbusError({
      code: 'SECRET_UNREADABLE',
      message: `secret ${name} cannot be read: ${code}`,
      where: path,
      hint: 'the user that this process runs as has to own it (mode 0600)',
    });
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile())
      throw new BenchbusError({
        code: 'SECRET_UNREADABLE',
        message: `secret ${name} is no file`,
        where: path,
        hint: 'put a file there that holds the secret and nothing else',
      });
    if ((stat.mode & 0o077) !== 0)
      throw new BenchbusError({
        code: 'SECRET_FILE_OPEN',
        message: `others may use the file of secret ${name} (mode ${(stat.mode & 0o777).toString(8)})`,
        where: path,
        hint: `chmod 600 ${path}, and change the secret if others were here`,
      });
    // Editors and `echo` end a file with a newline, which is not part of it.
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } finally {
    closeSync(file);
  }
}

/**
 * The value of a secret. Never log it.
 * @throws BenchbusError SECRET_MISSING, SECRET_FILE_OPEN, SECRET_UNREADABLE, SECRET_NAME_INVALID
 */
export function resolveSecret({ secret: name, provider }: SecretReference, { env, dir }: SecretSources): string {
  if (!NAME.test(name) || name === OWN)
    throw new BenchbusError({
      code: 'SECRET_NAME_INVALID',
      message: 'the name of a secret is none (not shown); allowed are letters, digits, "_", "." and "-"',
    });
  const looked: string[] = [];
  if (provider !== 'file') {
    const value = env[name];
    if (value !== undefined && value !== '') return value;
    looked.push(`the environment variable ${name}`);
  }
  if (provider !== 'env') {
    const path = dir === undefined ? undefined : join(dir, name);
    const value = path === undefined ? undefined : fromFile(name, path);
    if (value !== undefined && value !== '') return value;
    looked.push(path === undefined ? 'no secrets folder (BENCHBUS_SECRETS_DIR is not set)' : `the file ${path}`);
  }
  throw new BenchbusError({
    code: 'SECRET_MISSING',
    message: `secret ${name} is nowhere; looked for ${looked.join(', then ')}`,
    where: name,
    hint: 'provide it there, readable for nobody else (mode 0600), and run again',
  });
}
