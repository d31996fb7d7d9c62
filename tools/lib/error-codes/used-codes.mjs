import { codeLiterals, variablesIn } from './code-literals.mjs';
import { NOT_CODES, TEMPLATES, VARIABLE } from './not-codes.mjs';
import { scripts, sources } from './sources.mjs';

/** Where a literal of a folder is a part of the code. */
const PREFIXES = [['libs/events/src/contracts/', 'CONTRACT_']];

const prefixed = (file, code) => {
  const [, prefix = ''] = PREFIXES.find(([folder]) => file.startsWith(folder)) ?? [];
  return code.startsWith(prefix) ? code : prefix + code;
};

/**
 * Every code that the sources use, with the first place of each; beside them the names that look like one and are excused by a
 * rule or a list, and the templates of codes that no table knows.
 * @returns {{ codes: Map<string, string>, excused: Set<string>, unknown: string[] }}
 */
export function usedCodes() {
  const places = new Map();
  const variables = new Set();
  const unknown = [];
  const add = (code, where) => places.has(code) || places.set(code, where);
  for (const [file, text] of sources()) {
    const found = codeLiterals(file, text);
    for (const name of variablesIn(text)) variables.add(name);
    for (const { code, line } of found.codes) add(prefixed(file, code), `${file}:${line}`);
    for (const template of found.templates) {
      const known = TEMPLATES[template.text];
      if (known === undefined) unknown.push(`${file}:${template.line}: ${template.text}`);
      else for (const code of known) add(code, `${file}:${template.line}`);
    }
  }
  for (const [file, text] of scripts())
    for (const [, code] of text.matchAll(/\bfail \d+ ([A-Z][A-Z0-9_]+)\b/g)) add(code, file);
  const listed = new Set(Object.values(NOT_CODES).flatMap(({ names }) => names));
  const isExcused = (code) => VARIABLE.test(code) || variables.has(code) || listed.has(code);
  return {
    codes: new Map([...places].filter(([code]) => !isExcused(code))),
    excused: new Set([...places.keys()].filter(isExcused)),
    unknown,
  };
}
