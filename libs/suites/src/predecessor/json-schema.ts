import { z } from 'zod';
import { snakeCase } from './canonical.ts';
import { databaseTemplate } from './database-shape.ts';
import { predecessorSuite } from './suite-shape.ts';

type Json = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const either = (key: string): Json =>
  snakeCase(key) === key ? { required: [key] } : { oneOf: [{ required: [key] }, { required: [snakeCase(key)] }] };

/** Every key of a message in its snake_case spelling as well; maps have no `properties`, so people's keys stay theirs. */
function bothSpellings(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(bothSpellings);
  if (!isMap(schema)) return schema;
  const { properties, required, ...rest } = schema;
  const inner = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, bothSpellings(value)]));
  if (!isMap(properties)) return required === undefined ? inner : { ...inner, required };
  const both = Object.entries(properties).flatMap(([key, value]) => {
    const said = bothSpellings(value);
    return snakeCase(key) === key
      ? [[key, said]]
      : [
          [key, said],
          [snakeCase(key), said],
        ];
  });
  const needed = Array.isArray(required) ? required.map((key) => either(String(key))) : [];
  return {
    ...inner,
    properties: Object.fromEntries(both) as Json,
    ...(needed.length === 0 ? {} : { allOf: needed }),
  };
}

const of = (schema: z.ZodType): unknown => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7', reused: 'inline' });
  return bothSpellings(rest);
};

/** JSON Schema of the predecessor's dialect, for editors: a suite, or a database template alone. */
export const predecessorJsonSchema = (): object => ({
  title: "the predecessor's suite file",
  $schema: 'http://json-schema.org/draft-07/schema#',
  anyOf: [of(predecessorSuite), of(databaseTemplate)],
});
