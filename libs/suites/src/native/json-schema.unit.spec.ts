import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { suiteJsonSchema } from './json-schema.ts';

it('is what docs/schemas/suite.schema.json says (else: npm run generate:schema -w @benchbus/suites)', () => {
  const file = join(import.meta.dirname, '../../../../docs/schemas/suite.schema.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(suiteJsonSchema())));
});

it('describes what a person writes: durations and sizes are text, what has a default is optional', () => {
  expect(suiteJsonSchema()).toMatchObject({
    required: ['apiVersion', 'kind', 'name', 'tests'],
    additionalProperties: false,
    properties: { keep: { properties: { for: { type: 'string', default: '30m' } } } },
  });
});
