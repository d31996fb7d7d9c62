import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { suiteArbitrary } from '../testing/suite-arbitrary.ts';
import { suiteJsonSchema } from './json-schema.ts';
import { toNative } from './to-native-yaml.ts';

const root = join(import.meta.dirname, '../../../..');
const schema = JSON.parse(JSON.stringify(suiteJsonSchema())) as Record<string, unknown>;
const validate = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true }).compile(
  schema,
);

it('is what docs/schemas/suite.schema.json says (else: npm run generate:schema -w @benchbus/suites)', () => {
  const file = join(root, 'docs/schemas/suite.schema.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema);
});

it('describes what a person writes: durations and sizes are text, what has a default is optional', () => {
  expect(schema).toMatchObject({
    required: ['apiVersion', 'kind', 'name', 'tests'],
    additionalProperties: false,
    properties: { keep: { properties: { for: { type: 'string', default: '30m' } } } },
  });
});

/** Every key that has no description, by path. */
function undescribed(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Object.entries((value as { properties?: Record<string, object> }).properties ?? {});
  return [
    ...keys.filter(([, of]) => !('description' in of)).map(([key]) => `${path}.${key}`),
    ...Object.entries(value).flatMap(([key, inner]) => undescribed(inner, `${path}/${key}`)),
  ];
}

it('describes every key', () => expect(undescribed(schema)).toEqual([]));

const examples = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.yaml'));

it.each(examples)('accepts the example %s', (name) => {
  validate(parse(readFileSync(join(root, 'examples', name), 'utf8'), { merge: true }));
  expect(validate.errors ?? []).toEqual([]);
});

it('accepts every suite the format can say', () => {
  fc.assert(
    fc.property(suiteArbitrary, (suite) => {
      validate(JSON.parse(JSON.stringify(toNative(suite))));
      expect(validate.errors ?? []).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

const nodes = [{ name: 'a', postgres: { role: 'primary' } }];
const suiteOf = (test: object): object => ({ apiVersion: 'benchbus.io/v1', kind: 'Suite', name: 's', tests: [test] });
const axes = { topology: { path: 'database.topology.nodes', values: { a: nodes } } };
const connection = { url: 'postgres://h/d' };
const workload = { tool: 'pgbench' };

it.each<[string, boolean, object]>([
  ['no database', false, { name: 't', workload }],
  ['no database, as an axis may bring it', true, { name: 't', workload, matrix: { axes } }],
  ['an unknown key beside a matrix', false, { name: 't', workload: { tool: 'pgbench', scal: 1 }, matrix: { axes } }],
  ['a matrix without axes', false, { name: 't', workload, matrix: {} }],
  ['a topology and a connection', false, { name: 't', workload, database: { topology: { nodes }, connection } }],
  ['a connection', true, { name: 't', workload, database: { connection } }],
  ['the keys of another tool', false, { name: 't', workload: { ...workload, tables: 1 }, database: { connection } }],
])('%s: valid is %s', (_, valid, test) => expect(validate(suiteOf(test))).toBe(valid));
