import { encodeAccount, encodeOperator, type Import } from '@nats-io/jwt';
import { createAccount, createOperator, type KeyPair } from '@nats-io/nkeys';
import { ACCOUNTS, type AccountName } from './account.ts';
import type { AuthorityKey } from './authority.ts';
import { makeCreds } from './creds.ts';
import { importsOf } from './imports.ts';
import { permissionsOf } from './permissions.ts';
import { USERS } from './users/table.ts';

type UserName = (typeof USERS)[number]['name'];

export interface Accounts {
  /** Lines of nats-server's configuration: operator, system account, and the accounts it knows (resolver in memory). */
  readonly serverConfig: string;
  /** Public key of the services' account, where the streams are: how monitoring names it. */
  readonly account: string;
  /** What lets users into each account. Secrets; the provisioners get that of the runners alone. */
  readonly authorities: Readonly<Record<AccountName, AuthorityKey>>;
  /** For each user of the table the text of its `.creds` file. Secrets. */
  readonly creds: ReadonlyMap<UserName, string>;
}

const LIMITS = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
const JETSTREAM = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
const id = (pair: KeyPair): string => pair.getPublicKey();

/**
 * One for all: what is reached through an export is never handed on to another import of the same, so a reply whose address is
 * the name of an import ends where it was asked for. What can be reached the imports say; only the operator's key, which is not kept,
 * could add one.
 */
const EXPORTS = [{ name: 'all', subject: '>', type: 'service' as const, response_type: 'Stream' as const }];

const importOf = (from: string, { subject, local }: { subject: string; local: string }): Import => ({
  ...{ name: subject, type: 'service', account: from, subject },
  ...(local !== subject && { local_subject: local }),
});

/**
 * Makes an operator with a system account, the accounts of an installation, of which that of the services has JetStream, and the users
 * of the table. The keys of operator and accounts are not kept: nothing of it changes but users, which the signing keys make.
 */
export async function makeAccounts(name: string): Promise<Accounts> {
  const [operator, system] = [createOperator(), createAccount()];
  const made = ACCOUNTS.map((account) => ({ account, pair: createAccount(), signer: createAccount() }));
  const services = id(made[0]?.pair ?? system);
  const operatorJwt = await encodeOperator(name, operator, { system_account: id(system) });
  const jwts = [[id(system), await encodeAccount('SYS', system, {}, { signer: operator })] as const];
  for (const { account, pair, signer } of made) {
    const own =
      account === 'services'
        ? { exports: EXPORTS, limits: { ...LIMITS, ...JETSTREAM } }
        : { imports: importsOf(account).map((imported) => importOf(services, imported)), limits: LIMITS };
    const claims = { signing_keys: [id(signer)], ...own };
    // Named by its key: monitoring shows an account's name and is asked for its key, and KEDA takes them for the same.
    jwts.push([id(pair), await encodeAccount(id(pair), pair, claims, { signer: operator })]);
  }
  const keys = made.map(({ account, pair, signer }) => {
    return [account, { account: id(pair), signingSeed: new TextDecoder().decode(signer.getSeed()) }] as const;
  });
  const authorities = Object.fromEntries(keys) as Record<AccountName, AuthorityKey>;
  const creds = new Map<UserName, string>();
  for (const user of USERS) {
    const permissions = (publicKey: string) => permissionsOf(user, publicKey);
    creds.set(user.name, await makeCreds(authorities[user.account], { name: user.name, permissions }));
  }
  return {
    serverConfig: [
      `operator: ${JSON.stringify(operatorJwt)}`,
      `system_account: ${id(system)}`,
      'resolver: MEMORY',
      'resolver_preload: {',
      ...jwts.map(([account, jwt]) => `  ${account}: ${JSON.stringify(jwt)}`),
      '}',
      '',
    ].join('\n'),
    account: services,
    authorities,
    creds,
  };
}
