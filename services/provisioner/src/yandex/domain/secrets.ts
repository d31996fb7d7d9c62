import { isSecretVariable } from '@benchbus/service';

/** A piece of a key that is as long as this tells nothing by accident. */
const SHORTEST_LINE = 24;

/** The key of a service account, `{"private_key": "…"}`: as a whole, as JSON writes it, and each line of it, however it is quoted. */
function keySecrets(text: string): string[] {
  let key: unknown;
  try {
    key = (JSON.parse(text) as { private_key?: unknown } | null)?.private_key;
  } catch {
    return []; // no key: the provider says so
  }
  if (typeof key !== 'string') return [];
  const lines = key.split('\n').filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----'));
  return [key, JSON.stringify(key).slice(1, -1), ...lines];
}

/**
 * What of terraform's environment may never leave this service in a text.
 * @param env everything that terraform sees
 * @param readKey content of the file of a service account's key; undefined: it cannot be read
 */
export function secretsOf(
  env: Readonly<Record<string, string>>,
  readKey: (file: string) => string | undefined,
): string[] {
  const key = env['YC_SERVICE_ACCOUNT_KEY_FILE'];
  // The provider takes the key itself there, too.
  const keyText = key === undefined || key.trimStart().startsWith('{') ? key : readKey(key);
  const named = Object.entries(env).filter(([name]) => isSecretVariable(name) && !name.endsWith('_FILE'));
  const all = [...named.map(([, value]) => value), ...(keyText === undefined ? [] : [keyText, ...keySecrets(keyText)])];
  // The longest first: whoever is part of another must not tear it apart.
  return [...new Set(all)].sort((a, b) => b.length - a.length);
}
