/** Names of environment variables whose values are never shown. */
const SECRET_VARIABLE = /TOKEN|SECRET|PASSWORD|CREDENTIAL|KEY|ENROLMENT_CODE(_FILE)?$/i;
export const isSecretVariable = (name: string): boolean => SECRET_VARIABLE.test(name);

/** Keys of objects whose values are never logged. A bare `key` (of a KV bucket, of a map) is none. */
const SECRET_KEY =
  /token|secret|passw(or)?d|passphrase|credential|authorization|cookie|(api|access|private|signing|encryption)[-_]?key|_KEY$/i;
export const isSecretKey = (key: string): boolean => SECRET_KEY.test(key);

const USERINFO = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@"'\\]*):[^\s@/"'\\]+@/gi;

/** NATS takes a token in the user's place. */
const NATS_TOKEN = /\b((?:nats|tls|wss?):\/\/)[^\s:/@"'\\]+@/gi;

/** `postgres://user:pw@host` → `postgres://user:***@host`, `nats://token@host` → `nats://***@host`, anywhere in a text. */
export function hideUserinfo(text: string): string {
  return text.includes('://') ? text.replace(USERINFO, '$1:***@').replace(NATS_TOKEN, '$1***@') : text;
}

export const REDACTED = '[redacted]';
const MAX_DEPTH = 8;

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * A copy without the values of secret keys, at any depth (what lies deeper than 8 levels is cut off). Numbers stay: a
 * fencing token is a sequence, not a secret. Class instances are left as they are, for their serializers.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      isSecretKey(key) && (typeof item === 'string' || (typeof item === 'object' && item !== null))
        ? [key, REDACTED]
        : [key, redact(item, depth + 1)],
    ),
  );
}
