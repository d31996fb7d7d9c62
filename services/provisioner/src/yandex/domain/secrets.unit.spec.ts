import { expect, it } from 'vitest';
import { redact } from '../../terraform/domain/problems.ts';
import { secretsOf } from './secrets.ts';

const LINES = ['MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', 'canaryCanaryCanaryCanaryCanary47'];
const KEY = `-----BEGIN PRIVATE KEY-----\n${LINES.join('\n')}\n-----END PRIVATE KEY-----\n`;
const FILE = JSON.stringify({ id: 'aje1', private_key: KEY });

it.each([
  ['a file', { YC_SERVICE_ACCOUNT_KEY_FILE: '/run/secrets/key.json' }],
  ['the environment', { YC_SERVICE_ACCOUNT_KEY_FILE: FILE }],
])('the key of a service account in %s goes out of every text, however it is quoted', (_, env) => {
  const secrets = secretsOf(env, (file) => (file === '/run/secrets/key.json' ? FILE : undefined));
  const quotes = [FILE, KEY, JSON.stringify(KEY), `cannot parse: ${LINES[1]}`, KEY.split('\n').join('\n  │ ')];
  for (const quote of quotes) {
    const left = redact(`provider: ${quote}`, secrets);
    for (const line of LINES) expect(left).not.toContain(line);
  }
});

it('takes tokens and keys of the environment, and nothing that is told to everybody', () => {
  const env = {
    ...{
      YC_TOKEN: 't1.token',
      AWS_SECRET_ACCESS_KEY: 'secret-1',
      AWS_SESSION_TOKEN: 'session',
      YC_ZONE: 'ru-central1-a',
    },
    ...{ YC_STORAGE_SECRET_KEY: 'storage-secret', PATH: '/bin', YC_SERVICE_ACCOUNT_KEY_FILE: '/not/there' },
  };
  const found = secretsOf(env, () => undefined);
  expect(found).toEqual(expect.arrayContaining(['t1.token', 'secret-1', 'session', 'storage-secret']));
  for (const open of ['ru-central1-a', '/bin', '/not/there']) expect(found).not.toContain(open);
});
