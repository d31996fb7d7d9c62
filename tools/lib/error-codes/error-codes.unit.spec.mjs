import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../paths.mjs';
import { codeLiterals, variablesIn } from './code-literals.mjs';
import { indexPage } from './index-page.mjs';
import { NOT_CODES } from './not-codes.mjs';
import { documents } from './sources.mjs';
import { usedCodes } from './used-codes.mjs';

const FOLDER = 'docs/operations/errors';
const LIST = 'tools/lib/error-codes/not-codes.mjs';

const pages = documents(FOLDER)
  .map(([path, text]) => ({ file: basename(path), text }))
  .filter(({ file }) => file !== 'README.md');
/** `### CODE` and what follows, up to the next heading. */
const paragraphs = pages.flatMap(({ file, text }) =>
  [...text.matchAll(/^### (.+)\n+([\s\S]*?)(?=\n+#|\s*$(?![\s\S]))/gm)].map(([, code, words]) => ({
    file,
    code,
    words,
  })),
);
const used = usedCodes();

test('every code has its paragraph', () => {
  const known = new Set(paragraphs.map(({ code }) => code));
  const missing = [...used.codes].filter(([code]) => !known.has(code)).map(([code, where]) => `${code} (${where})`);
  const how = `add "### CODE" and a paragraph (what was wrong, why, what to do) to the page of its area in ${FOLDER}/; what is no code of an error gets a line in ${LIST}`;
  expect(missing, how).toEqual([]);
  expect(used.unknown, `a template of a code: say which codes it makes in ${LIST}`).toEqual([]);
});

test('every paragraph is of a code, once', () => {
  const stale = paragraphs.filter(({ code }) => !used.codes.has(code)).map(({ code, file }) => `${file}: ${code}`);
  expect(stale, `the sources have no such code (any more): remove its paragraph from ${FOLDER}/`).toEqual([]);
  const twice = Object.entries(Object.groupBy(paragraphs, ({ code }) => code)).filter(([, all]) => all.length > 1);
  expect(
    twice.map(([code]) => code),
    'leave one, which speaks of all its places',
  ).toEqual([]);
});

test('a paragraph is one: it explains, and is no essay', () => {
  const odd = paragraphs.filter(({ words }) => words.length < 40 || words.length > 800 || words.includes('\n\n'));
  expect(odd.map(({ file, code }) => `${file}: ${code}`)).toEqual([]);
});

test('what is excused is still there', () => {
  for (const [kind, { names, why }] of Object.entries(NOT_CODES)) {
    expect(why, kind).toMatch(/\w+/);
    for (const name of names) expect([...used.excused], `${kind}: ${name} is in no source any more`).toContain(name);
  }
});

test('the index is what the pages say (BENCHBUS_UPDATE_DOCS=1 writes it)', () => {
  const file = join(ROOT, FOLDER, 'README.md');
  const wanted = indexPage(pages, paragraphs);
  if (process.env.BENCHBUS_UPDATE_DOCS) writeFileSync(file, wanted);
  expect(readFileSync(file, 'utf8')).toBe(wanted);
});

test('commands that the guide and hints name are commands', () => {
  const known = new Set(readFileSync(join(ROOT, 'docs/reference/cli.md'), 'utf8').match(/(?<=^## ).+$/gm));
  const named = documents('docs/operations').flatMap(([path, text]) =>
    [...text.matchAll(/(?:npx |`|^)benchbus ([a-z][a-z-]+)/gm)].map(([, command]) => [path, command]),
  );
  expect(named.length).toBeGreaterThan(50);
  for (const [path, command] of named) if (command !== 'help') expect([...known], path).toContain(command);
});

test('what is taken for a code', () => {
  const of = (text) => codeLiterals('x.ts', text).codes.map(({ code }) => code);
  expect(of(`throw new BenchbusError({ code: 'HOST_GONE', message: 'x' })`)).toEqual(['HOST_GONE']);
  expect(of(`const problem = { code: late ? 'A_B' : 'INTERNAL' }`)).toEqual(['A_B', 'INTERNAL']);
  expect(of(`function f(code = 'INTERNAL') {}`)).toEqual(['INTERNAL']);
  expect(of('throw new Error(`TASK_LOST: ${why}`)')).toEqual(['TASK_LOST']);
  expect(of(`const { status } = { status: 'FAILED' }; env['A_B']; const s = { 'A_B': 1 }; // 'C_D'`)).toEqual([]);
  expect(of("run(`echo '${x}' | check || { echo 'FILE_BAD: no'; exit 1; }`)")).toEqual(['FILE_BAD']);
  expect(variablesIn(`  A_B: z.string(),\n process.env['C_D']; env.E_F`)).toEqual(['C_D', 'E_F', 'A_B']);
  expect(codeLiterals('x.ts', 'const p = { code: `${stage}_LATE` }').templates).toEqual([
    { text: '`${stage}_LATE`', line: 1 },
  ]);
});
