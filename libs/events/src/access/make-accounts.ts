import { encodeAccount, encodeOperator, encodeUser, fmtCreds } from '@nats-io/jwt';
import { createAccount, createOperator, createUser, type KeyPair } from '@nats-io/nkeys';
import type { AuthorityKey } from './authority.ts';

export interface Accounts {
  /** Lines of nats-server's configuration: operator, system account, and the accounts it knows (resolver in memory). */
  readonly serverConfig: string;
  /** Of the account of benchbus. A secret. */
  readonly authority: AuthorityKey;
  /** A user of everything in the account, for services: the text of a `.creds` file. A secret. */
  readonly serviceCreds: string;
}

const UNLIMITED = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
const id = (pair: KeyPair): string => pair.getPublicKey();

/**
 * Makes an operator with a system account and one account with JetStream, which holds an installation. The keys of operator
 * and accounts are not kept: nothing of it changes but users, and those the signing key makes.
 */
export async function makeAccounts(name: string): Promise<Accounts> {
  const [operator, system, account, signer, user] = [
    createOperator(),
    createAccount(),
    createAccount(),
    createAccount(),
    createUser(),
  ];
  const operatorJwt = await encodeOperator(name, operator, { system_account: id(system) });
  const systemJwt = await encodeAccount('SYS', system, {}, { signer: operator });
  const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  const accountJwt = await encodeAccount(
    name,
    account,
    { signing_keys: [id(signer)], limits: { ...limits, ...UNLIMITED } },
    { signer: operator },
  );
  const userJwt = await encodeUser('services', user, signer, { issuer_account: id(account) });
  const seedOf = (pair: KeyPair): string => new TextDecoder().decode(pair.getSeed());
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
    authority: { account: id(account), signingSeed: seedOf(signer) },
    serviceCreds: new TextDecoder().decode(fmtCreds(userJwt, user)),
  };
}
