import type { ComparedTest, Difference, Verdict } from '@benchbus/results';
import { METHOD } from '@benchbus/results';
import type { Comparison } from '../domain/comparison.ts';
import { comparedCells } from './comparison-cells.ts';
import { table } from './format.ts';
import type { Paint } from './style.ts';

const COLOUR: Readonly<Record<Verdict, Parameters<Paint>[0]>> = {
  better: 'green',
  worse: 'red',
  same: 'green',
  inconclusive: 'yellow',
};

/** More would bury the first ones, which are likely the cause of the others. */
export const SHOWN_DIFFERENCES = 10;

export const marginText = (margin: number): string => `${Number((margin * 100).toFixed(2))} %`;

const differenceRow = ({ where, a, b }: Difference) => [where, a ?? '(not there)', b ?? '(not there)'];

function differenceLines({ differences }: ComparedTest, paint: Paint): string[] {
  if (differences.length === 0) return ['  nothing else differs in what was asked and what was there'];
  const rows = differences.slice(0, SHOWN_DIFFERENCES).map(differenceRow);
  const more = differences.length - rows.length;
  return [
    paint('dim', '  what differs beside'),
    ...table(rows).map((line) => `    ${line}`),
    ...(more > 0 ? [paint('dim', `    and ${more} more (--json lists all)`)] : []),
  ];
}

/** Runs that were no measurement of the database, if there are any. */
export function leftOutText({ leftOut: { a, b } }: ComparedTest): string | undefined {
  if (a + b === 0) return undefined;
  return `left out as invalid: ${a} of A, ${b} of B (--include-invalid compares them, too)`;
}

function leftOutLines(test: ComparedTest, paint: Paint): string[] {
  const text = leftOutText(test);
  return text === undefined ? [] : [paint('yellow', `  ${text}`)];
}

function testLines(test: ComparedTest, paint: Paint): string[] {
  const rows = table([['', 'A', 'B', 'CHANGE'], comparedCells(test.primary), ...test.others.map(comparedCells)]);
  const [head = '', primary = '', ...others] = rows.map((line) => `  ${line}`);
  return [
    `${paint('bold', test.test)}  ${paint(COLOUR[test.verdict], test.verdict)}${test.reason === undefined ? '' : ` (${test.reason})`}`,
    paint('dim', head),
    paint('bold', primary),
    ...others,
    ...leftOutLines(test, paint),
    ...differenceLines(test, paint),
  ];
}

/** Else nobody would see by the numbers that they may tell of something else than the database. */
export const INVALID_INCLUDED = 'runs that are invalid count, too (--include-invalid)';

export function comparisonText(
  { a, b, margin, includesInvalid, tests, onlyA, onlyB }: Comparison,
  paint: Paint,
): string {
  const only = (names: readonly string[], side: string) =>
    names.length === 0 ? [] : [paint('yellow', `only ${side} measured: ${names.join(', ')}`)];
  return [
    `A ${paint('bold', a)}`,
    `B ${paint('bold', b)}`,
    paint('dim', `change of B against A, ${METHOD}; margin ${marginText(margin)}; the first line decides`),
    ...(includesInvalid ? [paint('yellow', INVALID_INCLUDED)] : []),
    ...tests.flatMap((test) => ['', ...testLines(test, paint)]),
    ...only(onlyA, 'A'),
    ...only(onlyB, 'B'),
  ].join('\n');
}
