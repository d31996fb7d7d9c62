import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { isAlive } from '@benchbus/processes';
import { resolveSecret } from '@benchbus/service';
import { secretRefsOfSuite } from '@benchbus/suites';
import type { Connection } from '../connection/find-connection.ts';
import { readStackFile } from '../stack/stack-file.ts';
import { secretsDir, stateRoot } from '../stack/state-dir.ts';
import { liftedLines } from './before-publishing.ts';
import { keepSecrets } from './keep-secrets.ts';
import type { ReadSuite } from './read-suite-file.ts';

type WithSecrets = Pick<ReadSuite, 'suite' | 'secrets' | 'file' | 'content'>;

/** Several secrets that are nowhere. */
class SecretsMissing extends BenchbusError {
  readonly problems: readonly BenchbusError['problem'][];
  constructor(file: string, problems: readonly BenchbusError['problem'][]) {
    super({ code: 'SECRET_MISSING', message: `${problems.length} secrets of ${file} cannot be had`, where: file });
    this.problems = problems;
  }
}

const onlyVariable = (name: string): BenchbusError['problem'] => ({
  code: 'SECRET_MISSING',
  message: `secret ${name} is to be a variable alone (provider: env), and the services of this stack get none of yours`,
  where: name,
  hint: 'leave the provider out, or say provider: file',
});

/** What is wrong with a secret; undefined: it is a file already, or a variable here that will be one. */
function provide(
  name: string,
  env: NodeJS.ProcessEnv,
  dir: string,
  kept: Map<string, string>,
): BenchbusError['problem'] | undefined {
  try {
    resolveSecret({ secret: name, provider: 'file' }, { env: {}, dir });
    return undefined;
  } catch (error) {
    if (!(error instanceof BenchbusError)) throw error;
    if (error.code !== 'SECRET_MISSING') return error.problem;
  }
  try {
    kept.set(name, resolveSecret({ secret: name }, { env, dir }));
    return undefined;
  } catch (error) {
    if (!(error instanceof BenchbusError)) throw error;
    return error.problem;
  }
}

/**
 * For the stack of this state folder: keeps what stood in the file, and makes sure that every secret the runs need can be
 * had there. Its services see no variables of the user's shell, so a variable set here is kept as a file, too.
 * @throws BenchbusError SECRET_MISSING, SECRET_FILE_OPEN, SECRET_UNREADABLE
 */
export function provideLocally(
  { suite, secrets, file }: Omit<WithSecrets, 'content'>,
  env: NodeJS.ProcessEnv,
  dir: string,
): void {
  const kept = new Map(secrets);
  const missing: BenchbusError['problem'][] = [];
  for (const ref of secretRefsOfSuite(suite)) {
    if (kept.has(ref.secret)) continue;
    const problem = ref.provider === 'env' ? onlyVariable(ref.secret) : provide(ref.secret, env, dir, kept);
    if (problem !== undefined) missing.push(problem);
  }
  const [only, ...more] = missing;
  if (only !== undefined) throw more.length > 0 ? new SecretsMissing(file, missing) : new BenchbusError(only);
  keepSecrets(dir, kept);
}

/** What the operator of another installation has to provide, one line each; empty when it is nothing. */
export function wantedElsewhere({ suite, secrets }: Pick<WithSecrets, 'suite' | 'secrets'>): string[] {
  const names = new Set([...secretRefsOfSuite(suite).map(({ secret }) => secret), ...secrets.keys()]);
  if (names.size === 0) return [];
  return [
    'secrets that the operator of that installation must provide, as environment variables or as files of mode 0600 in BENCHBUS_SECRETS_DIR:',
    ...[...names].map((name) => `  ${name}`),
  ];
}

/** Does this connection lead to the stack that runs in this state folder? */
function isOwnStack({ from, natsUrl }: Connection, root: string): boolean {
  if (from === 'stack') return true;
  const stack = readStackFile(root);
  return stack?.natsUrl === natsUrl && isAlive(stack.supervisor);
}

/** `provideLocally`, and says where each secret of the file is now. */
export function provideHere(read: WithSecrets, env: NodeJS.ProcessEnv, dir: string, say: (text: string) => void): void {
  provideLocally(read, env, dir);
  for (const line of liftedLines(read, (name) => join(dir, name))) say(line);
}

/** Before a suite is published: its secrets are where its runs will look, or the user knows what is wanted there. */
export function provideSecrets(
  read: WithSecrets,
  connection: Connection,
  env: NodeJS.ProcessEnv,
  say: (text: string) => void,
): void {
  const root = stateRoot(env);
  if (isOwnStack(connection, root)) return provideHere(read, env, secretsDir(env, root), say);
  for (const line of [...liftedLines(read, undefined), ...wantedElsewhere(read)]) say(line);
}
