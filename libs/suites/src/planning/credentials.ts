import type { Credential, CredentialName } from './plan.ts';

/** Users of the derived credentials. */
export const USERS: Readonly<Record<CredentialName, string>> = {
  superuser: 'postgres',
  replication: 'replicator',
  rewind: 'rewinder',
  'patroni-api': 'benchbus',
  'pgbouncer-admin': 'benchbus_admin',
};

export const credentialOf = (name: CredentialName): Credential => ({ name, user: USERS[name] });

/** The database that the load tool uses. */
export const DATABASE = 'postgres';
