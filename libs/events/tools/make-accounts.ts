import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ACCOUNTS, type AccountName } from '../src/access/account.ts';
import { authorityKey } from '../src/access/authority.ts';
import { makeCreds } from '../src/access/creds.ts';
import { makeAccounts } from '../src/access/make-accounts.ts';
import { permissionsOf } from '../src/access/permissions.ts';
import { USERS, userNamed } from '../src/access/users/table.ts';

/**
 * npm run nats:accounts -- FOLDER [NAME]: makes a NATS operator with the accounts of benchbus, and the users of the table:
 * accounts.conf (for nats-server: `include`), <user>.creds and the signing keys (secrets, mode 0600): signing-key.json of the runners'
 * account, which the provisioners need, and <account>-signing-key.json of the others, which nobody does but this program.
 *
 * npm run nats:accounts -- FOLDER --user USER --out FILE [--hours N]: one more user of those rights, by the key of its account.
 */
const names = USERS.map(({ name }) => name).join(', ');
const USAGE = `USAGE: npm run nats:accounts -- FOLDER [NAME]
       npm run nats:accounts -- FOLDER --user USER --out FILE [--hours N]     USER: ${names}`;

function end(text: string, code: number): never {
  console.error(text);
  process.exit(code);
}

/** Never in the place of another: what it lets in would be locked out. */
function write(file: string, text: string, mode: number): void {
  try {
    writeFileSync(file, text, { mode, flag: 'wx' });
  } catch (error) {
    end(`ACCOUNTS_NOT_WRITTEN: ${(error as Error).message}`, 1);
  }
  console.log(file);
}

function given() {
  const options = { user: { type: 'string' }, out: { type: 'string' }, hours: { type: 'string' } } as const;
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch {
    return end(USAGE, 2);
  }
}

const keyFile = (folder: string, account: AccountName): string =>
  join(folder, account === 'runners' ? 'signing-key.json' : `${account}-signing-key.json`);

function signingKey(file: string) {
  try {
    return authorityKey.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return end(`NATS_SIGNING_KEY_INVALID: ${file} is not a signing key that this made (older ones had one account)`, 1);
  }
}

const {
  values: { user: wanted, out, hours },
  positionals: [folder, name = 'benchbus'],
} = given();
if (folder === undefined) end(USAGE, 2);
if (wanted === undefined) {
  const { serverConfig, creds, authorities, account } = await makeAccounts(name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  write(join(folder, 'accounts.conf'), serverConfig, 0o644);
  for (const name of ACCOUNTS) write(keyFile(folder, name), JSON.stringify(authorities[name]), 0o600);
  for (const [user, text] of creds) write(join(folder, `${user}.creds`), text, 0o600);
  console.log(`account ${account}`);
} else {
  const user = userNamed(wanted);
  const last = hours === undefined ? undefined : Number(hours);
  if (user === undefined || out === undefined || (last !== undefined && !(last > 0))) end(USAGE, 2);
  const expiresAt = last === undefined ? undefined : Date.now() + last * 3_600_000;
  const permissions = (publicKey: string) => permissionsOf(user, publicKey);
  write(
    out,
    await makeCreds(signingKey(keyFile(folder, user.account)), { name: wanted, permissions, expiresAt }),
    0o600,
  );
}
