import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where an installation keeps what survives a restart, and what it is called. */
export interface StateDir {
  readonly root: string;
  readonly installation: string;
  readonly logs: string;
  readonly run: string;
  readonly nats: string;
  readonly hatchet: string;
  /** Undefined: artifacts lie in S3, as S3_URL or S3_BUCKET says. */
  readonly artifacts: string | undefined;
  /** Secrets by name, a file each. */
  readonly secrets: string;
  /** Root of the local target's nodes: temporary. */
  readonly local: string;
}

/** BENCHBUS_STATE_DIR, else `.benchbus` in the working folder; not created. */
export const stateRoot = (env: NodeJS.ProcessEnv): string => resolve(env['BENCHBUS_STATE_DIR'] || '.benchbus');

/** Where the services of the stack in this state folder look for secrets. */
export const secretsDir = (env: NodeJS.ProcessEnv, root: string): string =>
  resolve(env['BENCHBUS_SECRETS_DIR'] || join(root, 'secrets'));

/** `local-<hash of the folder's real path>`: the same folder is always the same installation. */
export function installationOf(root: string): string {
  return `local-${createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 10)}`;
}

/** Creates the folder (with `run/` for secrets, mode 0700) where needed. */
export function openStateDir(env: NodeJS.ProcessEnv): StateDir {
  const root = stateRoot(env);
  mkdirSync(root, { recursive: true });
  const installation = env['BENCHBUS_INSTALLATION'] || installationOf(root);
  const run = join(root, 'run');
  mkdirSync(run, { recursive: true, mode: 0o700 });
  return {
    root,
    installation,
    run,
    logs: join(root, 'logs'),
    nats: join(root, 'nats'),
    hatchet: join(root, 'hatchet'),
    secrets: secretsDir(env, root),
    artifacts: env['S3_URL'] || env['S3_BUCKET'] ? undefined : env['BENCHBUS_ARTIFACTS_DIR'] || join(root, 'artifacts'),
    local: env['BENCHBUS_LOCAL_DIR'] || join(tmpdir(), `benchbus-${installation}`),
  };
}
