import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultJsonSchema } from '@benchbus/results';
import { format, resolveConfig } from 'prettier';
import { commandLineJsonSchema } from '../src/command/lines.ts';

/** Writes the schemas of results into docs/schemas. Run it after a change of their shape; a test finds a forgotten one. */
const folder = join(import.meta.dirname, '../../../docs/schemas');
const schemas = { 'result.v1.schema.json': resultJsonSchema(), 'command-line.schema.json': commandLineJsonSchema() };
for (const [name, schema] of Object.entries(schemas)) {
  const file = join(folder, name);
  const style = await resolveConfig(file);
  writeFileSync(file, await format(JSON.stringify(schema), { ...style, parser: 'json' }));
  process.stdout.write(`${file}\n`);
}
