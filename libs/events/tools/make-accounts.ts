import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAccounts } from '../src/access/make-accounts.ts';

/**
 * npm run nats:accounts -- FOLDER [NAME]: makes a NATS operator with one account for benchbus:
 * accounts.conf (for nats-server: `include`), services.creds and signing-key.json (secrets, mode 0600).
 */
const [folder, name = 'benchbus'] = process.argv.slice(2);
if (folder === undefined) {
  console.error('USAGE: npm run nats:accounts -- FOLDER [NAME]');
  process.exit(2);
}
const { serverConfig, serviceCreds, authority } = await makeAccounts(name);
mkdirSync(folder, { recursive: true, mode: 0o700 });
const files = {
  'accounts.conf': serverConfig,
  'services.creds': serviceCreds,
  'signing-key.json': JSON.stringify(authority),
};
for (const [file, text] of Object.entries(files)) {
  // Never in the place of another: what it lets in would be locked out.
  try {
    writeFileSync(join(folder, file), text, { mode: file === 'accounts.conf' ? 0o644 : 0o600, flag: 'wx' });
  } catch (error) {
    console.error(`ACCOUNTS_NOT_WRITTEN: ${(error as Error).message}`);
    process.exit(1);
  }
  console.log(join(folder, file));
}
