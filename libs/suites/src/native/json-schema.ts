import { z } from 'zod';
import { nativeSuite } from './native-suite.ts';

type Json = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The same schema where anything may be missing, as an axis may bring it; and where several options may fit, as what would
 * tell them apart may be missing too.
 */
function lenient(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(lenient);
  if (!isMap(schema)) return schema;
  const entries = Object.entries(schema).filter(([key, value]) => key !== 'required' || !Array.isArray(value));
  return Object.fromEntries(
    entries.map(([key, value]) => [key === 'oneOf' && Array.isArray(value) ? 'anyOf' : key, lenient(value)]),
  );
}

/** A test with a matrix may lack what an axis sets; the matrix itself may lack nothing. */
function testSchema(test: Json): Json {
  const { matrix } = test['properties'] as Json;
  const relaxed = lenient(test) as Json;
  return {
    if: { required: ['matrix'] },
    then: { ...relaxed, properties: { ...(relaxed['properties'] as Json), matrix } },
    else: test,
  };
}

/** JSON Schema of the native dialect, for editors: what a file may say, before defaults and conversions. */
export function suiteJsonSchema(): object {
  const schema = z.toJSONSchema(nativeSuite, {
    io: 'input',
    target: 'draft-7',
    reused: 'inline',
    unrepresentable: 'throw',
  });
  const properties = schema.properties as Record<string, Json>;
  const tests = properties['tests'] ?? {};
  return {
    title: 'benchbus suite',
    ...schema,
    properties: { ...properties, tests: { ...tests, items: testSchema(tests['items'] as Json) } },
  };
}
