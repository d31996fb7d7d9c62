import type { Matrix } from '../../native/schema/matrix.ts';
import { isUnder } from '../../parse/field-path.ts';
import type { FieldPath } from '../../parse/field-path.ts';
import type { Finding } from '../../parse/finding.ts';
import { targetPath } from './target-path.ts';

export interface AxisValue {
  readonly label: string;
  readonly value: unknown;
  /** Where it stands, from the test on. */
  readonly origin: FieldPath;
}

export interface Axis {
  readonly name: string;
  /** What it varies, from the test on. */
  readonly target: FieldPath;
  readonly values: readonly AxisValue[];
  /** Of a list: `include` may bring new values. */
  readonly open: boolean;
}

/** Longer ones make unreadable names of tests. */
const LONGEST_LABEL = 60;

export const wrong = (path: FieldPath, text: string): Finding => ({ code: 'SUITE_INVALID_VALUE', path, text });

export function labelProblem(label: string): string | undefined {
  if (label.length <= LONGEST_LABEL && /^\P{Cc}+$/u.test(label)) return undefined;
  return `makes no readable label; allowed are 1 to ${LONGEST_LABEL} characters on one line (name the values: a map instead of a list)`;
}

type Values = Matrix['axes'][string]['values'];

const valuesOf = (values: Values, path: FieldPath): AxisValue[] =>
  Array.isArray(values)
    ? values.map((value, index) => ({ label: String(value), value, origin: [...path, index] }))
    : Object.entries(values).map(([label, value]) => ({ label, value, origin: [...path, label] }));

function valueFindings(values: readonly AxisValue[], path: FieldPath): Finding[] {
  if (values.length === 0) return [wrong(path, 'has no values; allowed is one or more')];
  const seen = new Set<string>();
  return values.flatMap(({ label, origin }) => {
    const problem = labelProblem(label);
    if (problem !== undefined) return [wrong(origin, problem)];
    if (seen.has(label)) return [wrong(origin, 'the value is there already; allowed is each once')];
    seen.add(label);
    return [];
  });
}

/** An axis that sets what an earlier one has set would undo it. */
function overlap(axes: readonly Axis[], target: FieldPath): string | undefined {
  const other = axes.find((axis) => isUnder(axis.target, target));
  if (other === undefined) return undefined;
  return other.target.length === target.length
    ? `is what the axis ${other.name} varies; allowed is one axis for it`
    : `would undo what the axis ${other.name} sets within it; allowed is the other order`;
}

/** Paths of findings and origins are from the test on. */
export function readAxes(matrix: Matrix): { readonly axes: readonly Axis[]; readonly findings: readonly Finding[] } {
  const axes: Axis[] = [];
  const findings: Finding[] = [];
  for (const [name, { path, values }] of Object.entries(matrix.axes)) {
    const at = ['matrix', 'axes', name];
    const found = valuesOf(values, [...at, 'values']);
    findings.push(...valueFindings(found, [...at, 'values']));
    const target = targetPath(path);
    const problem = typeof target === 'string' ? target : overlap(axes, target);
    if (problem !== undefined) findings.push(wrong([...at, 'path'], problem));
    if (typeof target !== 'string') axes.push({ name, target, values: found, open: Array.isArray(values) });
  }
  if (Object.keys(matrix.axes).length === 0)
    findings.push(wrong(['matrix', 'axes'], 'has no axis; allowed is one or more'));
  return { axes, findings };
}
