import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAccounts } from '@benchbus/events';
import { afterAll, expect, it } from 'vitest';
import { authorityOf } from './serve-enrolment.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchbus-authority-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

it('lets runners into an account of their own, and never into that of the services', async () => {
  const { authorities, creds } = await makeAccounts('test');
  const NATS_CREDS_FILE = file('provisioner.creds', creds.get('provisioner') ?? '');
  const runners = file('signing-key.json', JSON.stringify(authorities.runners));
  // As all keys were when there was one account.
  const services = file('old.json', JSON.stringify(authorities.services));
  expect(authorityOf({ NATS_CREDS_FILE, BENCHBUS_NATS_SIGNING_KEY_FILE: runners })?.account).toBe(
    authorities.runners.account,
  );
  expect(() => authorityOf({ NATS_CREDS_FILE, BENCHBUS_NATS_SIGNING_KEY_FILE: services })).toThrow(
    expect.objectContaining({ code: 'NATS_ACCOUNTS_OUTDATED' }),
  );
  expect(() => authorityOf({ NATS_CREDS_FILE, BENCHBUS_NATS_SIGNING_KEY_FILE: undefined })).toThrow(
    expect.objectContaining({ code: 'NATS_SIGNING_KEY_MISSING' }),
  );
  expect(authorityOf({ NATS_CREDS_FILE: undefined, BENCHBUS_NATS_SIGNING_KEY_FILE: undefined })).toBeUndefined();
});
