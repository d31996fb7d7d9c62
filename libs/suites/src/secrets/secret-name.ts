/** Keys whose plain value would be a secret; `secret` itself is the reference form. */
const SECRET_KEY = /passw(or)?d|passphrase|token|credential|(access|secret|api|private)_?key|sslkey/i;

/** Variables, which people name more freely: a whole word of the name says it; headers carry authorisation. */
const SECRET_WORD =
  /secret|headers$|(^|_)(pass|passwd|passcode|pw|pwd|pin|otp|auth|oauth|authorization|authentication|key|keys|pat|jwt|dsn|cookies?|session|bearer|creds?|sign|signing|signature|salt|pepper|webhook|license)(_|$)/i;

/** `PGPASS`, `DBPASS`, `APIKEY`: the word stands at the end of another one. */
const SECRET_END = /(?<!by|com|tres|over|under)pass(_|$)|pwd$|(api|sign|master|client|ssh|gpg|pgp)keys?(_|$)/i;

/** How an algorithm or a file is called is no secret. */
const HARMLESS = /^password_encryption$/i;

/** What a quantity is called (`KEY_SIZE`), and how one looks. */
const QUANTITY = /(^|_)(size|sizes|count|length|len|bits|bytes|number|max|min|ttl|timeout|interval|rounds)$/i;
const AMOUNT = /^\d{1,9}(\.\d{1,6})?[a-z%]{0,3}$/i;

/** `dbPass` → `db_Pass`; `user-key` → `user_key` */
const inWords = (name: string): string => name.replaceAll(/([a-z\d])(?=[A-Z])/g, '$1_').replaceAll(/[-.]/g, '_');

export const isSecretKey = (name: string): boolean => SECRET_KEY.test(name) && !HARMLESS.test(name);

/** A variable in the environment of a load tool. What is called like a quantity and is one (`KEY_SIZE: 16`) is none. */
export function isSecretVariable(name: string, value?: string): boolean {
  const words = inWords(name);
  if (value !== undefined && QUANTITY.test(words) && AMOUNT.test(value)) return false;
  return isSecretKey(name) || SECRET_WORD.test(words) || SECRET_END.test(words);
}

/** Maps whose keys are variables, in both dialects. */
export const ENVIRONMENTS: readonly unknown[] = ['environment', 'stroppyEnv', 'stroppy_env'];

/** Maps that hold secrets beside other things: a value that went astray in there may be one. */
const NEAR_SECRETS: readonly unknown[] = [
  ...ENVIRONMENTS,
  ...['hatchetConnection', 'hatchet_connection', 'hatchet', 'providerSettings', 'provider_settings', 'provider'],
  ...['s3', 'connectionString', 'connection_string', 'connection'],
  // Of a matrix: what its axes are about cannot always be told.
  ...['values', 'include', 'exclude'],
];

/** Is a place of a document one at or below which values are never shown? */
export const isNearSecrets = (path: readonly (string | number)[]): boolean =>
  path.some((part) => NEAR_SECRETS.includes(part));
