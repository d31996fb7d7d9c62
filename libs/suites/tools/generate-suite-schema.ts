import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { suiteJsonSchema } from '../src/native/json-schema.ts';

/** Writes docs/schemas/suite.schema.json. Run it after a change of src/native/native-suite.ts; a test finds a forgotten one. */
const file = join(import.meta.dirname, '../../../docs/schemas/suite.schema.json');
mkdirSync(dirname(file), { recursive: true });
const style = await resolveConfig(file);
writeFileSync(file, await format(JSON.stringify(suiteJsonSchema()), { ...style, parser: 'json' }));
process.stdout.write(`${file}\n`);
