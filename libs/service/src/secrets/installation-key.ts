import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The installation's secret (mode 0600): 32 random bytes in hexadecimal, made by the provisioner. */
export const installationKeyFile = (stateDir: string): string => join(stateDir, 'secrets', 'installation.key');

/** @throws the system's error when the file is not there or not readable for this user */
export const readInstallationKey = (stateDir: string): Buffer =>
  Buffer.from(readFileSync(installationKeyFile(stateDir), 'utf8').trim(), 'hex');

/** A run's database password: derived, so that it need not be kept anywhere. */
export const databasePassword = (key: Buffer, runId: string): string =>
  createHmac('sha256', key).update(runId).digest('hex');

/** Another of a run's passwords, by its name in the plan (`replication`); the superuser's is `databasePassword`. */
export const credentialPassword = (key: Buffer, runId: string, name: string): string =>
  name === 'superuser'
    ? databasePassword(key, runId)
    : createHmac('sha256', key).update(`${runId}\n${name}`).digest('hex');

/** How a runner is told a credential of its run: `patroni-api` → `BENCHBUS_CREDENTIAL_PATRONI_API`. */
export const credentialVariable = (name: string): string =>
  `BENCHBUS_CREDENTIAL_${name.toUpperCase().replaceAll('-', '_')}`;
