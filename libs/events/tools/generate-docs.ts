import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CONTRACTS } from '../src/contracts/contract.ts';
import { readFrozen } from '../src/contracts/frozen-files.ts';
import { eventDocuments } from '../src/documentation/documents.ts';
import pkg from '../package.json' with { type: 'json' };
import { layOut } from './lay-out.ts';

/** Writes docs/events. Run it after a change of the registry; a test finds a forgotten one. */
const folder = join(import.meta.dirname, '../../../docs/events');
const readme = readFileSync(join(folder, 'README.md'), 'utf8');
const documents = eventDocuments(CONTRACTS, readFrozen(), readme, pkg.version);
for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
  if (/\.(md|json|yaml)$/.test(file) && !documents.has(file)) rmSync(join(folder, file));
for (const [name, text] of documents) {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, await layOut(file, text));
}
process.stdout.write(`${folder}: ${documents.size} files\n`);
