import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ROOT } from '../paths.mjs';
import { trackedFiles } from '../tracked-files.mjs';
import { ALLOWED, THIS_FILE } from './allowed.mjs';
import { findSecrets } from './find-secrets.mjs';

function textOf(file) {
  const bytes = readFileSync(join(ROOT, file));
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

test('no file of the repository holds a secret', () => {
  const found = trackedFiles().flatMap((file) => {
    const allowed = ALLOWED.filter((one) => [one.file, THIS_FILE].includes(file)).map(({ text }) => text);
    return findSecrets(file, textOf(file), allowed);
  });
  const how =
    'remove it and change the secret, it was exposed; a test value gets a line in tools/lib/secret-scan/allowed.mjs';
  expect(found, how).toEqual([]);
});

test('what is allowed is still there', () => {
  for (const { file, text } of ALLOWED) expect(textOf(file), file).toContain(text);
});

// Put together here, so that this file holds none.
test.each([
  ['a token of GitHub', `see ${'gh'}${'p_'}${'a1B2'.repeat(9)}`],
  ['a key of AWS', `id=${'AK'}IA${'Z7'.repeat(8)}`],
  ['a JWT', `${'ey'}J${'hbGciOiJFZERTQSJ9'}.${'eyJzdWIiOiJ4eHh4eCJ9'}.${'c2ln'.repeat(8)}`],
  ['a private key', ['-----BEGIN', 'EC', 'PRIVATE', 'KEY-----\nMHcCAQEE\n'].join(' ')],
  ['a seed of a NATS user', `${'S'}U${'AB27'.repeat(14)}`],
  ['a signing key', `{"signingSeed":"${'S'}A${'QX35'.repeat(14)}"}`],
  ['a password of a database', `url: postgres://bench:${'Tr0ub4dor'}@db.example/x`],
  ['a password of Valkey', `VALKEY_URL=redis://:${'c0rrecthorse'}@valkey:6379`],
  ['a token of NATS', `nats://${'s3cr3t0k3n'}@nats.example:4222`],
])('%s is found, and not quoted', (_, text) => {
  const found = findSecrets('docs/x.md', `first\n${text}\n`);
  expect(found.map(({ where }) => where)).toEqual(['docs/x.md:2']);
  expect(JSON.stringify(found)).not.toContain(text);
});

test('a file of credentials is found whatever it holds', () => {
  expect(findSecrets('deploy/services.creds', '')).toHaveLength(1);
  expect(findSecrets('.env', '')).toHaveLength(1);
  expect(findSecrets('.env.example', '')).toEqual([]);
});

test('an allowed text does not allow another one beside it', () => {
  const other = `${'gh'}p_${'b2C3'.repeat(9)}`;
  const allowed = [`${'AK'}IAIOSFODNN7EXAMPLE`];
  expect(findSecrets('a.md', `${allowed[0]} ${other}`, allowed)).toHaveLength(1);
  expect(findSecrets('a.md', `${allowed[0]}`, allowed)).toEqual([]);
});
