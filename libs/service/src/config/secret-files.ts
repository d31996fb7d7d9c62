import { readFileSync } from 'node:fs';
import { BenchbusError } from '@benchbus/events';

/** Secrets that may be given as files, as Compose and Kubernetes hand them over. */
const NAMES = [
  'HATCHET_CLIENT_TOKEN',
  'VALKEY_URL',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'BENCHBUS_ARTIFACTS_SIGNING_KEY',
] as const;

/**
 * For each of the variables above that is not set: where `<NAME>_FILE` is, its value is what that file says, without white
 * space around it. Changes `env`: `<NAME>` is set, `<NAME>_FILE` is gone, so that nobody below has to know of files.
 * @throws BenchbusError CONFIG_INVALID where a file cannot be read or is empty
 */
export function readSecretFiles(env: NodeJS.ProcessEnv): void {
  for (const name of NAMES) {
    const variable = `${name}_FILE`;
    const file = env[variable];
    if (!file || env[name]) continue;
    const value = contentOf(file, variable);
    env[name] = value;
    Reflect.deleteProperty(env, variable);
  }
}

function contentOf(file: string, variable: string): string {
  const refused = (why: string, cause?: unknown) =>
    new BenchbusError(
      {
        code: 'CONFIG_INVALID',
        message: `${file} ${why}`,
        where: variable,
        hint: 'a file that holds the secret and nothing else, readable for the user that the service runs as',
      },
      { cause },
    );
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw refused(`cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`, error);
  }
  if (text === '') throw refused('is empty');
  return text;
}
