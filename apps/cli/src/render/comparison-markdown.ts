import type { ComparedTest } from '@benchbus/results';
import { METHOD } from '@benchbus/results';
import type { Comparison } from '../domain/comparison.ts';
import { comparedCells } from './comparison-cells.ts';
import { INVALID_INCLUDED, leftOutText, marginText, SHOWN_DIFFERENCES } from './comparison-text.ts';

/** A cell of a Markdown table, whatever it contains. */
const cell = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

function testLines(compared: ComparedTest): string[] {
  const { test, verdict, reason, primary, others, differences } = compared;
  const leftOut = leftOutText(compared);
  const [name, ...numbers] = comparedCells(primary);
  const shown = differences.slice(0, SHOWN_DIFFERENCES);
  const more = differences.length - shown.length;
  return [
    `### ${test}: ${verdict}`,
    '',
    ...(reason === undefined ? [] : [reason, '']),
    ...(leftOut === undefined ? [] : [leftOut, '']),
    '| metric | A | B | change |',
    '| --- | --- | --- | --- |',
    row([`**${name}**`, ...numbers]),
    ...others.map((metric) => row(comparedCells(metric))),
    '',
    ...(shown.length === 0 ? [] : ['| what differs beside | A | B |', '| --- | --- | --- |']),
    ...shown.map(({ where, a, b }) => row([where, a ?? '(not there)', b ?? '(not there)'])),
    ...(more > 0 ? [row([`and ${more} more`, '', ''])] : []),
    ...(shown.length === 0 ? [] : ['']),
  ];
}

/** For a comment on a pull request. */
export const comparisonMarkdown = ({ a, b, margin, includesInvalid, tests, onlyA, onlyB }: Comparison): string =>
  [
    `## ${b} against ${a}`,
    '',
    `${METHOD}; margin ${marginText(margin)}; the metric in bold decides.`,
    '',
    ...(includesInvalid ? [`**${INVALID_INCLUDED}**`, ''] : []),
    ...tests.flatMap(testLines),
    ...(onlyA.length === 0 ? [] : [`Only ${a} measured: ${onlyA.join(', ')}`, '']),
    ...(onlyB.length === 0 ? [] : [`Only ${b} measured: ${onlyB.join(', ')}`, '']),
  ]
    .join('\n')
    .trimEnd();
