import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.mjs';
import { trackedFiles } from '../tracked-files.mjs';

/** Tests, what only tests use, and what they compare with. */
const OF_TESTS = /\.spec\.(ts|mjs)$|^test\/|\/(testing|fixtures|golden)\//;

const withText = (file) => [file, readFileSync(join(ROOT, file), 'utf8')];

/** Programs and libraries of the repository, without tests: [path, text]. */
export const sources = () =>
  trackedFiles('*.ts', '*.mjs')
    .filter((file) => !OF_TESTS.test(file))
    .map(withText);

/** Shell scripts that name their errors: `fail 3 CODE …`. */
export const scripts = () => trackedFiles('tools/*.sh').map(withText);

/** Documents of a folder, those in folders below it, too. */
export const documents = (folder) => trackedFiles(`${folder}/*.md`).map(withText);
