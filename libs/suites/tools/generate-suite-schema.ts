import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { suiteJsonSchema } from '../src/native/json-schema.ts';
import { predecessorJsonSchema } from '../src/predecessor/json-schema.ts';

/** Writes docs/schemas. Run it after a change of a dialect's shape; tests find a forgotten one. */
const folder = join(import.meta.dirname, '../../../docs/schemas');
mkdirSync(folder, { recursive: true });
const schemas = { 'suite.schema.json': suiteJsonSchema(), 'predecessor-suite.schema.json': predecessorJsonSchema() };
for (const [name, schema] of Object.entries(schemas)) {
  const file = join(folder, name);
  const style = await resolveConfig(file);
  writeFileSync(file, await format(JSON.stringify(schema), { ...style, parser: 'json' }));
  process.stdout.write(`${file}\n`);
}
