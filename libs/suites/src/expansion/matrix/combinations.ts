import type { Matrix } from '../../native/schema/matrix.ts';
import type { FieldPath } from '../../parse/field-path.ts';
import { echo } from '../../parse/echo.ts';
import type { Finding } from '../../parse/finding.ts';
import { nearest } from '../../parse/nearest.ts';
import type { Axis, AxisValue } from './axes.ts';
import type { Budget } from './budget.ts';
import { labelProblem, readAxes, wrong } from './axes.ts';

export interface Choice extends AxisValue {
  readonly axis: Axis;
}
/** A value for each axis, in their order. */
export type Combination = readonly Choice[];

/** `buffers=1GB, clients=8` */
export const describe = (combination: Combination): string =>
  combination.map(({ axis, label }) => `${axis.name}=${label}`).join(', ');

const product = (axes: readonly Axis[]): Combination[] =>
  axes.reduce<Combination[]>(
    (all, axis) => all.flatMap((one) => axis.values.map((value) => [...one, { ...value, axis }])),
    [[]],
  );

type Entry = Matrix['exclude'][number];

function unknownAxes(entry: Entry, axes: readonly Axis[], path: FieldPath): Finding[] {
  const names = axes.map(({ name }) => name);
  return Object.keys(entry)
    .filter((name) => !names.includes(name))
    .map((name) => {
      const meant = nearest(name, names);
      const guess = meant === undefined ? '' : ` did you mean ${meant}?`;
      const text = `no axis of this name;${guess} allowed here: ${names.join(', ')}`;
      return { code: 'SUITE_UNKNOWN_KEY', path: [...path, name], text };
    });
}

function unknownLabel({ values }: Axis, label: string, path: FieldPath): Finding {
  const labels = values.map((value) => value.label);
  const meant = nearest(label, labels);
  return wrong(
    path,
    `is no value of the axis;${meant === undefined ? '' : ` did you mean ${echo(meant)}?`} allowed is one of ${echo(labels.join(', '), 'its labels')}`,
  );
}

function excludeFindings(entry: Entry, axes: readonly Axis[], path: FieldPath): Finding[] {
  if (Object.keys(entry).length === 0)
    return [wrong(path, 'would leave out everything; allowed is a label of one axis or more')];
  const strangers = axes
    .filter((axis) => Object.hasOwn(entry, axis.name))
    .filter((axis) => !axis.values.some(({ label }) => label === String(entry[axis.name])))
    .map((axis) => unknownLabel(axis, String(entry[axis.name]), [...path, axis.name]));
  return [...unknownAxes(entry, axes, path), ...strangers];
}

/** Those that have all labels of none of the entries. */
function withoutExcluded(all: Combination[], entries: readonly Entry[], axes: readonly Axis[]): Combination[] {
  const wanted = entries.map((entry) =>
    axes.flatMap(({ name }, nth) => (Object.hasOwn(entry, name) ? [{ nth, label: String(entry[name]) }] : [])),
  );
  return all.filter((one) => !wanted.some((labels) => labels.every(({ nth, label }) => one[nth]?.label === label)));
}

function included(entry: Entry, axes: readonly Axis[], path: FieldPath): Combination | Finding[] {
  const findings = unknownAxes(entry, axes, path);
  const combination = axes.flatMap((axis): Choice[] => {
    const origin = [...path, axis.name];
    const value = Object.hasOwn(entry, axis.name) ? entry[axis.name] : undefined;
    if (value === undefined) {
      findings.push({ code: 'SUITE_MISSING', path: origin, text: 'is missing; allowed is a label for each axis' });
      return [];
    }
    const known = axis.values.find(({ label }) => label === String(value));
    if (known !== undefined) return [{ ...known, axis }];
    const problem = labelProblem(String(value));
    if (!axis.open) findings.push(unknownLabel(axis, String(value), origin));
    else if (problem !== undefined) findings.push(wrong(origin, problem));
    return [{ label: String(value), value, origin, axis }];
  });
  return findings.length > 0 ? findings : combination;
}

const isFindings = (result: Combination | Finding[]): result is Finding[] => result.some((each) => 'code' in each);

/** All combinations of a matrix in order, the last axis fastest, the included ones at the end; or what is wrong in it. */
export function combinationsOf(matrix: Matrix, budget: Budget): readonly Combination[] | readonly Finding[] {
  const { axes, findings } = readAxes(matrix);
  if (findings.length > 0) return findings;
  const size = axes.reduce((total, { values }) => total * values.length, 1);
  const tooMany = budget.takeCombinations(size, ['matrix', 'axes']);
  if (tooMany.length > 0) return tooMany;
  const problems = matrix.exclude.flatMap((entry, index) => excludeFindings(entry, axes, ['matrix', 'exclude', index]));
  const combinations = withoutExcluded(product(axes), matrix.exclude, axes);
  const seen = new Set(combinations.map(describe));
  for (const [index, entry] of matrix.include.entries()) {
    const path = ['matrix', 'include', index];
    const more = included(entry, axes, path);
    if (isFindings(more)) problems.push(...more);
    else if (seen.has(describe(more)))
      problems.push(wrong(path, 'the combination is there already; allowed is a further one'));
    else {
      seen.add(describe(more));
      combinations.push(more);
    }
  }
  if (problems.length === 0 && combinations.length === 0) {
    const text = 'excludes every combination; allowed is a matrix that leaves one or more';
    return [{ code: 'SUITE_EMPTY_MATRIX', path: ['matrix', 'exclude'], text }];
  }
  return problems.length > 0 ? problems : combinations;
}
