import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { DOCKER_HUB } from './image-reference.ts';

/** What the engine is given for a registry (`X-Registry-Auth`). */
export interface RegistryLogin {
  readonly serveraddress: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
}

/** Docker Hub's key in a config.json, since version 1 of its API. */
const HUB_KEY = 'https://index.docker.io/v1/';

/** `https://registry.example/v2/` → `registry.example`: both forms are found in such files. */
const hostOf = (key: string): string => key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** `auth` is base64 of `user:password`; a password may have colons. */
function decoded(auth: string | undefined): { username?: string; password?: string } {
  if (auth === undefined) return {};
  const plain = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = plain.indexOf(':');
  return colon < 0 ? {} : { username: plain.slice(0, colon), password: plain.slice(colon + 1) };
}

/**
 * The login for a registry in a Docker client's configuration: base64 `auth`, `username` and `password`, or an
 * `identitytoken`. Undefined where the file has none; credential helpers (`credsStore`) are programs, and not asked.
 */
export function loginFor(config: unknown, registry: string): RegistryLogin | undefined {
  const auths = record(record(config)['auths']);
  const keys = registry === DOCKER_HUB ? [HUB_KEY, 'index.docker.io', DOCKER_HUB] : [registry];
  const exact = keys.find((key) => key in auths);
  const key = exact ?? Object.keys(auths).find((one) => keys.map(hostOf).includes(hostOf(one)));
  if (key === undefined) return undefined;
  const entry = record(auths[key]);
  const both = decoded(text(entry['auth']));
  const username = text(entry['username']) ?? both.username;
  const password = text(entry['password']) ?? both.password;
  const identitytoken = text(entry['identitytoken']);
  const serveraddress = registry === DOCKER_HUB ? HUB_KEY : registry;
  if (identitytoken !== undefined)
    return { serveraddress, identitytoken, ...(username === undefined ? {} : { username }) };
  return username === undefined || password === undefined ? undefined : { serveraddress, username, password };
}

/**
 * Reads `config.json` of DOCKER_CONFIG, else of ~/.docker, anew at each pull: a login counts from the next one on.
 * @throws BenchbusError DOCKER_CONFIG_INVALID
 */
export function readClientConfig(env: NodeJS.ProcessEnv): unknown {
  const file = join(env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker'), 'config.json');
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch {
    // The parser's message may quote the file.
    throw new BenchbusError({
      code: 'DOCKER_CONFIG_INVALID',
      message: `${file} cannot be read as JSON`,
      where: 'DOCKER_CONFIG',
      hint: 'docker login writes it; its mode and owner must let the provisioner read it',
    });
  }
}
