import type { Problem } from '../model/problem.ts';
import type { Suite } from '../model/suite.ts';
import { checkSuite } from './check-suite.ts';
import { decode } from './decode.ts';
import { readYaml } from './read-yaml.ts';
import type { Positions } from './report.ts';
import { report } from './report.ts';

export type ParsedSuite =
  { readonly ok: true; readonly suite: Suite } | { readonly ok: false; readonly problems: readonly Problem[] };

/** What is wrong with a file as a whole is shown at its start. */
const wholeFile = (file: string): Positions => ({ file, offsetOf: () => 0, lineColumn: () => ({ line: 1, col: 1 }) });

/**
 * A suite file → the model. Lists all problems, in the order of the text, each with its position and field path; no
 * message ever holds a secret's value. Never throws.
 */
export function parseSuite(input: string | Uint8Array, options: { readonly file?: string } = {}): ParsedSuite {
  const file = options.file ?? 'suite';
  const text = decode(input);
  if (typeof text !== 'string') return { ok: false, problems: report([text], wholeFile(file)) };
  const { value, findings, positions } = readYaml(text, file);
  if (findings.length > 0) return { ok: false, problems: report(findings, positions) };
  const checked = checkSuite(value);
  if ('suite' in checked) return { ok: true, suite: checked.suite };
  return { ok: false, problems: report(checked.findings, positions) };
}

/** A suite that arrives as a value (JSON in SuiteRequested), or as the text of a file → the same. Never throws. */
export function normaliseSuite(value: unknown): ParsedSuite {
  if (typeof value === 'string') return parseSuite(value);
  const checked = checkSuite(value);
  if ('suite' in checked) return { ok: true, suite: checked.suite };
  return { ok: false, problems: report(checked.findings) };
}
