import type { JsonSchema } from '../contracts/contract-schema.ts';

export interface FieldRow {
  /** `grants[].runId` */
  readonly field: string;
  readonly type: string;
  readonly unit: string;
  readonly required: boolean;
  readonly description: string;
}

const isMap = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const alternatives = (schema: JsonSchema): JsonSchema[] =>
  [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])].filter(isMap);

function typeOf(schema: JsonSchema): string {
  if ('const' in schema) return `\`${JSON.stringify(schema['const'])}\``;
  if ('enum' in schema)
    return listOf(schema['enum'])
      .map((value) => `\`${String(value)}\``)
      .join(', ');
  const several = alternatives(schema);
  if (several.length > 0) return [...new Set(several.map(typeOf))].join(' or ');
  const items = schema['items'];
  if (isMap(items)) return `list of ${typeOf(items)}`;
  if (isMap(schema['additionalProperties'])) return `map to ${typeOf(schema['additionalProperties'])}`;
  const type = [schema['type'] ?? 'anything'].flat().join(' or ');
  return 'format' in schema ? `${type} (${String(schema['format'])})` : type;
}

/** Of the value, or of what it is a list or a map of. */
function unitOf(schema: JsonSchema): string {
  const inner = [schema, schema['items'], schema['additionalProperties']].filter(isMap);
  return String(inner.map((one) => one['x-unit']).find((unit) => unit !== undefined) ?? '');
}

/** The fields below a schema, in depth; a field that alternatives share is told once. */
export function fieldRows(schema: JsonSchema, at = ''): FieldRow[] {
  const rows: FieldRow[] = [];
  const required = listOf(schema['required']);
  for (const [name, value] of Object.entries(isMap(schema['properties']) ? schema['properties'] : {})) {
    if (!isMap(value)) continue;
    const field = at === '' ? name : `${at}.${name}`;
    rows.push({
      field,
      type: typeOf(value),
      unit: unitOf(value),
      required: required.includes(name),
      description: String(value['description'] ?? ''),
    });
    rows.push(...fieldRows(value, field));
  }
  const { items, additionalProperties } = schema;
  if (isMap(items)) rows.push(...fieldRows(items, `${at}[]`));
  if (isMap(additionalProperties)) rows.push(...fieldRows(additionalProperties, `${at}.*`));
  rows.push(...alternatives(schema).flatMap((one) => fieldRows(one, at)));
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = JSON.stringify(row);
    return !seen.has(key) && seen.add(key);
  });
}
