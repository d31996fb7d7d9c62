import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { predecessorJsonSchema } from './json-schema.ts';

const root = join(import.meta.dirname, '../../../..');
const schema = JSON.parse(JSON.stringify(predecessorJsonSchema())) as Record<string, unknown>;
const validate = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true }).compile(
  schema,
);

it('is what docs/schemas/predecessor-suite.schema.json says (else: npm run generate:schema -w @benchbus/suites)', () => {
  const file = join(root, 'docs/schemas/predecessor-suite.schema.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema);
});

const folder = join(root, 'examples/predecessor');

it.each(readdirSync(folder))('accepts the example %s', (name) => {
  validate(parse(readFileSync(join(folder, name), 'utf8')));
  expect(validate.errors ?? []).toEqual([]);
});

const node = { name: 'a', hardware: {}, postgres: { role: 'ROLE_MASTER' } };

it.each<[string, boolean, object]>([
  ['a template', true, { postgresInstance: { defaults: {}, node } }],
  ['a template in snake_case', true, { postgres_instance: { defaults: { postgresql_conf: { a_b: '1' } }, node } }],
  ['an unknown key', false, { postgresInstance: { defaults: {}, node, nod: 1 } }],
  ['a missing key', false, { postgresInstance: { defaults: {} } }],
  ['a suite without settings', false, { suite: { tests: [] } }],
])('%s: valid is %s', (_, valid, document) => expect(validate(document)).toBe(valid));
