import { BenchbusError } from '@benchbus/events';
import { credentialName, type CredentialName } from '@benchbus/suites';
import { credentialVariable } from '@benchbus/service';
import type { EdgeRunnerConfig } from '../config.ts';

function known(config: EdgeRunnerConfig, name: CredentialName): string | undefined {
  switch (name) {
    case 'superuser':
      return config.BENCHBUS_DB_PASSWORD;
    case 'replication':
      return config.BENCHBUS_CREDENTIAL_REPLICATION;
    case 'rewind':
      return config.BENCHBUS_CREDENTIAL_REWIND;
    case 'patroni-api':
      return config.BENCHBUS_CREDENTIAL_PATRONI_API;
    case 'pgbouncer-admin':
      return config.BENCHBUS_CREDENTIAL_PGBOUNCER_ADMIN;
  }
}

/**
 * A password derived for the run.
 * @throws BenchbusError CREDENTIAL_MISSING
 */
export function credentialOf(config: EdgeRunnerConfig, name: CredentialName): string {
  const value = known(config, name);
  if (value !== undefined) return value;
  throw new BenchbusError({
    code: 'CREDENTIAL_MISSING',
    message: `the runner was not given the credential ${name}`,
    where: credentialVariable(name),
    hint: 'whoever starts the runner sets it: the provisioner is older than this runner',
  });
}

/** All that this runner has: in no line. */
export const secretsOf = (config: EdgeRunnerConfig): string[] =>
  credentialName.options.flatMap((name) => known(config, name) ?? []);
