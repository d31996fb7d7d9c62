import { credentialName } from '@benchbus/suites';
import { credentialPassword, credentialVariable, databasePassword } from '@benchbus/service';

/** The run's credentials beside the superuser's, by variable: `BENCHBUS_CREDENTIAL_REWIND`. */
export const runCredentials = (key: Buffer, runId: string): Record<string, string> =>
  Object.fromEntries(
    credentialName.options
      .filter((name) => name !== 'superuser')
      .map((name) => [credentialVariable(name), credentialPassword(key, runId, name)]),
  );

/** Every password derived for the run: none may be seen in what is said of it. */
export const runPasswords = (key: Buffer, runId: string): string[] => [
  databasePassword(key, runId),
  ...credentialName.options.map((name) => credentialPassword(key, runId, name)),
];
