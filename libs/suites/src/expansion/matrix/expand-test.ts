import { matrix as matrixSchema } from '../../native/schema/matrix.ts';
import { echo } from '../../parse/echo.ts';
import type { Finding } from '../../parse/finding.ts';
import { shapeFindings } from '../../parse/shape-findings.ts';
import type { Budget } from './budget.ts';
import type { Combination } from './combinations.ts';
import { combinationsOf, describe } from './combinations.ts';
import { CannotSet, setAt } from './set-at.ts';

export type TestMap = Readonly<Record<string, unknown>>;

export const isMap = (value: unknown): value is TestMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A label of the test's own under an axis' name would be lost. */
const labelClashes = (labels: unknown, combination: Combination): Finding[] =>
  combination
    .filter(({ axis }) => isMap(labels) && Object.hasOwn(labels, axis.name))
    .map(({ axis }) => ({
      code: 'SUITE_INVALID_VALUE',
      path: ['labels', axis.name],
      text: 'is an axis of the matrix, too; allowed is another name',
    }));

/** The test of one combination; shares with the base what no axis sets. Or where something else is in the way of an axis. */
export function combine(test: TestMap, combination: Combination): { readonly value: unknown } | Finding {
  const { matrix: _, name, labels, ...base } = test;
  let value: unknown = base;
  for (const { axis, value: to } of combination)
    try {
      value = setAt(value, axis.target, to);
    } catch (error) {
      if (!(error instanceof CannotSet)) throw error;
      const text = `cannot be set in the test: ${error.message} (in the combination [${echo(describe(combination))}])`;
      return { code: 'SUITE_INVALID_VALUE', path: ['matrix', 'axes', axis.name, 'path'], text };
    }
  const more = Object.fromEntries(combination.map(({ axis, label }) => [axis.name, label]));
  return {
    value: {
      ...(value as object),
      ...(name === undefined ? {} : { name: typeof name === 'string' ? `${name} [${describe(combination)}]` : name }),
      labels: labels === undefined || isMap(labels) ? { ...labels, ...more } : labels,
    },
  };
}

/** Of a test with a `matrix`: its combinations, or what is wrong in it (paths from the test on). */
export function combinationsOfTest(
  { matrix, labels }: TestMap,
  budget: Budget,
): readonly Combination[] | readonly Finding[] {
  const parsed = matrixSchema.safeParse(matrix);
  if (!parsed.success)
    return shapeFindings(parsed.error.issues, matrix, matrixSchema).map((finding) => ({
      ...finding,
      path: ['matrix', ...finding.path],
    }));
  const all = combinationsOf(parsed.data, budget);
  const [first] = all;
  if (first === undefined || 'code' in first) return all;
  const clashes = labelClashes(labels, first);
  return clashes.length > 0 ? clashes : all;
}
