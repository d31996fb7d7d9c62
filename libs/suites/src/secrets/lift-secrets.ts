import { formatConnectionUrl, sayableConnection } from '../native/connection-url.ts';
import { mayCarrySecret } from '../parse/carries-secret.ts';
import { MAX_DEPTH } from '../parse/depth.ts';
import type { FieldPath } from '../parse/field-path.ts';
import { ENVIRONMENTS, isSecretVariable } from './secret-name.ts';

/** Gives the secret at a path its name: `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`, another one for every other value. */
export type NameOf = (path: FieldPath, value: string) => string;

export interface Lifted {
  /** The document with references where the secrets stood. */
  readonly document: unknown;
  /** Name → value. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Where a secret may stand, by the last two keys of its path: the predecessor's places and the native ones. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  token: ['hatchetConnection', 'hatchet_connection', 'providerSettings', 'provider_settings', 'hatchet', 'provider'],
  accessKeyId: ['s3'],
  access_key_id: ['s3'],
  secretAccessKey: ['s3'],
  secret_access_key: ['s3'],
  password: ['connection', 'connectionString', 'connection_string'],
};

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

class Lift {
  readonly secrets = new Map<string, string>();
  readonly #nameOf: NameOf;

  constructor(nameOf: NameOf) {
    this.#nameOf = nameOf;
  }

  #refer(path: FieldPath, value: string): { secret: string } {
    const name = this.#nameOf(path, value);
    this.secrets.set(name, value);
    return { secret: name };
  }

  /** A connection with a password in its text → the text without it, and the reference. */
  #apart(text: unknown, path: FieldPath): { url: string; password: { secret: string } } | undefined {
    const connection = typeof text === 'string' ? sayableConnection(text) : undefined;
    if (connection?.password === undefined) return undefined;
    return { url: formatConnectionUrl(connection), password: this.#refer([...path, 'password'], connection.password) };
  }

  #string(value: string, path: FieldPath): unknown {
    const key = path.at(-1);
    const parent = path.at(-2);
    if (value === '' || typeof key !== 'string') return value;
    const secret = ENVIRONMENTS.includes(parent)
      ? isSecretVariable(key, value) || mayCarrySecret(value)
      : Object.hasOwn(PLACES, key) && PLACES[key]?.some((name) => name === parent);
    if (secret === true) return this.#refer(path, value);
    if (!/^connection_?string$/i.test(key)) return value;
    // Several hosts, a socket, another driver's: nobody can tell what of it is secret.
    return sayableConnection(value) === undefined ? this.#refer(path, value) : (this.#apart(value, path) ?? value);
  }

  walk(value: unknown, path: FieldPath): unknown {
    if (typeof value === 'string') return this.#string(value, path);
    if (typeof value !== 'object' || value === null || path.length > MAX_DEPTH) return value;
    if (Array.isArray(value)) return value.map((item, index) => this.walk(item, [...path, index]));
    const name = path.at(-1);
    // A map with a text for each part; two passwords would be a contradiction, which is not ours to solve.
    const inParts = ['connection', 'connectionString', 'connection_string'].includes(String(name));
    const parts = inParts && isMap(value) && !Object.hasOwn(value, 'password') ? this.#apart(value['url'], path) : {};
    return Object.fromEntries(
      Object.entries({ ...value, ...parts }).map(([key, item]) => [key, this.walk(item, [...path, key])]),
    );
  }
}

/**
 * Takes the plain secrets at the known places of either dialect out of an untrusted document: tokens, S3 keys, passwords
 * (in connection texts too, and such texts as a whole where they cannot be taken apart) and variables of the load tool that are called like secrets. Whatever looks like a secret
 * elsewhere stays, and is refused by the parser. Never throws; the document given is not changed.
 */
export function liftSecrets(document: unknown, nameOf: NameOf): Lifted {
  const lift = new Lift(nameOf);
  return { document: lift.walk(document, []), secrets: lift.secrets };
}
