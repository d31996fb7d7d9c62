import { encodeAccount, encodeOperator } from '@nats-io/jwt';
import { createAccount, createOperator, type KeyPair } from '@nats-io/nkeys';
import type { AuthorityKey } from './authority.ts';
import { makeCreds } from './creds.ts';
import { permissionsOf } from './permissions.ts';
import { USERS } from './users/table.ts';

type UserName = (typeof USERS)[number]['name'];

export interface Accounts {
  /** Lines of nats-server's configuration: operator, system account, and the accounts it knows (resolver in memory). */
  readonly serverConfig: string;
  /** Public key of the account of benchbus: how monitoring names it. */
  readonly account: string;
  /** Of the account of benchbus. A secret. */
  readonly authority: AuthorityKey;
  /** For each user of the table the text of its `.creds` file. Secrets. */
  readonly creds: ReadonlyMap<UserName, string>;
}

const UNLIMITED = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
const id = (pair: KeyPair): string => pair.getPublicKey();

/**
 * Makes an operator with a system account and one account with JetStream, which holds an installation, and the users of the
 * table. The keys of operator and accounts are not kept: nothing of it changes but users, which the signing key makes.
 */
export async function makeAccounts(name: string): Promise<Accounts> {
  const [operator, system, account, signer] = [createOperator(), createAccount(), createAccount(), createAccount()];
  const operatorJwt = await encodeOperator(name, operator, { system_account: id(system) });
  const systemJwt = await encodeAccount('SYS', system, {}, { signer: operator });
  const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  // Named by its key: monitoring shows an account's name and is asked for its key, and KEDA takes them for the same.
  const accountJwt = await encodeAccount(
    id(account),
    account,
    { signing_keys: [id(signer)], limits: { ...limits, ...UNLIMITED } },
    { signer: operator },
  );
  const authority = { account: id(account), signingSeed: new TextDecoder().decode(signer.getSeed()) };
  const creds = new Map<UserName, string>();
  for (const user of USERS) {
    const permissions = (publicKey: string) => permissionsOf(user, publicKey);
    creds.set(user.name, await makeCreds(authority, { name: user.name, permissions }));
  }
  return {
    serverConfig: [
      `operator: ${JSON.stringify(operatorJwt)}`,
      `system_account: ${id(system)}`,
      'resolver: MEMORY',
      'resolver_preload: {',
      `  ${id(system)}: ${JSON.stringify(systemJwt)}`,
      `  ${id(account)}: ${JSON.stringify(accountJwt)}`,
      '}',
      '',
    ].join('\n'),
    account: id(account),
    authority,
    creds,
  };
}
