import type { Problem } from '../model/problem.ts';
import { formatPath } from './field-path.ts';
import type { FieldPath } from './field-path.ts';
import { rendered } from './echo.ts';
import type { Finding } from './finding.ts';

/** More than a person reads, and few enough for an event. */
const MAX_PROBLEMS = 100;

/** Whether a reader is shown values of the document, or only their kind. */
export type Values = 'shown' | 'kind';

/** Where things stand in a text; a document that never was a text has none. */
export interface Positions {
  readonly file: string;
  offsetOf(path: FieldPath): number | undefined;
  lineColumn(offset: number): { readonly line: number; readonly col: number };
}

function toProblem(
  finding: Finding,
  offset: number | undefined,
  positions: Positions | undefined,
  values: Values,
): Problem {
  const where = formatPath(finding.path);
  let prefix = '';
  if (positions !== undefined && offset !== undefined) {
    const { line, col } = positions.lineColumn(offset);
    prefix = `${positions.file}:${line}:${col}: `;
  }
  const subject = where === '' ? '' : `${where}: `;
  return {
    code: finding.code,
    message: `${prefix}${subject}${rendered(finding.text, values)}`,
    ...(where === '' ? {} : { where }),
    ...(finding.hint === undefined ? {} : { hint: finding.hint }),
  };
}

/**
 * Findings → problems: in the text's order, each said once, and not more than a hundred.
 * @param values `kind`: no value of the document is repeated, only what kind of value it is
 */
export function report(findings: readonly Finding[], values: Values, positions?: Positions): Problem[] {
  const placed = findings.map((finding) => ({
    finding,
    offset: finding.offset ?? positions?.offsetOf(finding.path),
  }));
  if (positions !== undefined) placed.sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0));
  const problems = placed
    .slice(0, MAX_PROBLEMS)
    .map(({ finding, offset }) => toProblem(finding, offset, positions, values));
  const more = placed.length - problems.length;
  if (more > 0) problems.push({ code: 'SUITE_MORE_PROBLEMS', message: `and ${more} more problems`, where: 'suite' });
  return problems;
}
