import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromFile, Parser } from '@asyncapi/parser';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import pkg from '../../package.json' with { type: 'json' };
import { CONTRACTS } from '../contracts/contract.ts';
import { contractSchema } from '../contracts/contract-schema.ts';
import { readFrozen } from '../contracts/frozen-files.ts';
import { eventDocuments } from './documents.ts';
import { fieldRows } from './field-rows.ts';

const frozen = readFrozen();
const folder = join(import.meta.dirname, '../../../../docs/events');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** What a file says, without its layout (Prettier's part, which `npm run format:check` looks at). */
function contentOf(name: string, text: string): unknown {
  if (name.endsWith('.json')) return JSON.parse(text);
  if (name.endsWith('.yaml')) return parse(text);
  return text.replace(/[\s\\]+/g, '').replace(/-{2,}/g, '--');
}

test('docs/events is what the registry says (else: npm run generate:events)', () => {
  const documents = eventDocuments(CONTRACTS, frozen, read('README.md'), pkg.version);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name));
  expect(files.sort()).toEqual([...documents.keys()].sort());
  for (const [name, text] of documents) expect(contentOf(name, read(name)), name).toEqual(contentOf(name, text));
});

describe.each(CONTRACTS)('$name', (contract) => {
  const rows = fieldRows(contractSchema(contract));

  test('says what each field means', () => {
    expect(rows.filter(({ description }) => description === '').map(({ field }) => field)).toEqual([]);
  });

  test('says in which unit each number is', () => {
    const numbers = rows.filter(({ type }) => /\b(integer|number)\b/.test(type) && !/ or /.test(type));
    expect(numbers.filter(({ unit }) => unit === '').map(({ field }) => field)).toEqual([]);
  });

  test('has an example', () => {
    expect(frozen.find(({ type }) => type === contract.type)?.fixtures).not.toEqual([]);
  });
});

test('the AsyncAPI document is valid, and has every event with a valid example', async () => {
  const { document, diagnostics } = await fromFile(new Parser(), join(folder, 'asyncapi.yaml')).parse();
  const told = diagnostics.map(({ code, message, path }) => `${code} ${path.join('.')}: ${message}`);
  expect(told.filter((line) => !line.startsWith('asyncapi-latest-version'))).toEqual([]);
  expect(document?.version()).toBe('3.0.0');
  const messages = document?.allMessages().all() ?? [];
  expect(new Set(messages.map((message) => message.title()))).toEqual(
    new Set([...CONTRACTS.map(({ name }) => name), 'Progress', 'LogLine', 'DeadLetter']),
  );
  for (const { name } of CONTRACTS) {
    const message = messages.find((one) => one.title() === name);
    expect(message?.payload()?.title(), name).toBe(name);
    expect(message?.examples().all().length, name).toBe(1);
  }
}, 180_000);
