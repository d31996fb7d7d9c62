import { expect, it } from 'vitest';
import { oldInstance } from '../testing/predecessor-documents.ts';
import { mayHoldSecrets } from './may-hold-secrets.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const suite = 'apiVersion: benchbus.io/v1\nkind: Suite\nname: s\n';

it.each([
  JSON.stringify({ suite: { settings: { hatchetConnection: { token: 'x' } } } }),
  JSON.stringify({ data: { suite: 'settings:\n  hatchetConnection: { token: x }\n' } }),
  JSON.stringify({ suite: { settings: { hatchetConnection: 'x' } } }),
  JSON.stringify({ suite: 'suite:\n  token: x\n bad: [\n' }),
  JSON.stringify({ suite: { workload: { environment: { DB_PASS: 'x' } } } }),
  JSON.stringify({ 'u:pw@h': 1 }),
  '{"token": "x"',
  'password=x',
  'x ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'a: [\napi_key: x',
  `${suite}tests: [{ database: { connection: { url: "postgres://u:p@h/d" } } }]`,
])('may: %s', (text) => expect(mayHoldSecrets(bytes(text))).toBe(true));

it('may: what is no text', () => expect(mayHoldSecrets(new Uint8Array([0xc3, 0x28]))).toBe(true));

it.each([
  '',
  'rubbish',
  '{"suite":',
  '{}',
  JSON.stringify({ suite: oldInstance }),
  JSON.stringify({ reason: 'asked by a user: it takes too long' }),
  JSON.stringify({ suite }),
  suite,
])('does not: %s', (text) => expect(mayHoldSecrets(bytes(text))).toBe(false));

it('ends, however deep and long', () => {
  for (const text of [
    '['.repeat(100_000),
    `${'{"a":'.repeat(60)}1${'}'.repeat(60)}`,
    'a: '.repeat(100_000),
    'a\n'.repeat(100_000),
  ])
    expect(typeof mayHoldSecrets(bytes(text))).toBe('boolean');
});
