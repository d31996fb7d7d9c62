import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAtomically } from './atomic-file.ts';

/** The installation's secret, `<stateDir>/secrets/installation.key` (0600), made at the first call. */
export function installationKey(stateDir: string): Buffer {
  const dir = join(stateDir, 'secrets');
  const file = join(dir, 'installation.key');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  createAtomically(file, `${randomBytes(32).toString('hex')}\n`, 0o600);
  return Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
}

/** A run's database password: derived, so that it need not be kept anywhere. */
export const databasePassword = (key: Buffer, runId: string): string =>
  createHmac('sha256', key).update(runId).digest('hex');
