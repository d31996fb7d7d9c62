import { homedir } from 'node:os';
import { join } from 'node:path';
import { STACK_LABEL } from '@benchbus/processes';

/** What processes of the stack take over from our environment: nothing else reaches them. */
const PASSED_ON = [
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_ALL|TZ|TMPDIR|XDG_CACHE_HOME)$/,
  /^NODE_(OPTIONS|EXTRA_CA_CERTS|COMPILE_CACHE)$/,
  /^(LOG_LEVEL|LOG_MAPPING)$/,
  /^OTEL_/,
  /^DOCKER_(HOST|TLS_VERIFY|CERT_PATH|CONFIG)$/,
  /^BENCHBUS_/,
  /^(AWS|S3)_/,
  /^GO(MAXPROCS|MEMLIMIT)$/,
];

/** Where Node keeps compiled code between starts (its own format, checked by it): a service starts in two thirds of the time. */
const compileCache = (env: NodeJS.ProcessEnv): string =>
  env['NODE_COMPILE_CACHE'] ||
  join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'benchbus/compile');

/** Credentials of a cloud: the provisioner's alone. */
export const cloudEnv = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[0].startsWith('YC_'),
    ),
  );

/** @param own variables of this process; they win */
export function childEnv(
  env: NodeJS.ProcessEnv,
  installation: string,
  own: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const passed = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && PASSED_ON.some((name) => name.test(entry[0])),
  );
  const settings = { NODE_COMPILE_CACHE: compileCache(env), [STACK_LABEL]: installation };
  return { ...Object.fromEntries(passed), ...settings, ...own };
}
