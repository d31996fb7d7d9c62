import { readFileSync } from 'node:fs';
import { resultJsonSchema } from '@benchbus/results';
import { expect, it } from 'vitest';
import { commandLineJsonSchema } from './command/lines.ts';

const published = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../docs/schemas/${name}`, import.meta.url), 'utf8'));

it.each([
  ['result.v1.schema.json', resultJsonSchema],
  ['command-line.schema.json', commandLineJsonSchema],
])('docs/schemas/%s is what the code has: node libs/load-tools/tools/generate-schemas.ts', (name, schema) => {
  expect(published(name)).toEqual(JSON.parse(JSON.stringify(schema())));
});
