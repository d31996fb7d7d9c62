import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { installationKeyFile, readInstallationKey } from '@benchbus/service';
import { createAtomically } from './atomic-file.ts';

/** The installation's secret, made at the first call. */
export function installationKey(stateDir: string): Buffer {
  const file = installationKeyFile(stateDir);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  createAtomically(file, `${randomBytes(32).toString('hex')}\n`, 0o600);
  return readInstallationKey(stateDir);
}
