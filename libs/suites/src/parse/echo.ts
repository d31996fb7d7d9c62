/**
 * What a finding says of the document stands between these two: a file's reader sees it, while the log, which is never
 * deleted, gets its kind only. Control characters: no text of a file has them.
 */
const [BEGIN, BETWEEN, END] = ['\u0002', '\u0003', '\u0004'] as const;
// eslint-disable-next-line no-control-regex -- exactly these
const MARKS = /[\u0002-\u0004]/g;
// eslint-disable-next-line no-control-regex -- exactly these
const MARKED = /\u0002([^\u0002-\u0004]*)\u0003([^\u0002-\u0004]*)\u0004/g;

function kindOf(value: unknown): string {
  if (typeof value === 'number') return 'a number';
  return typeof value === 'boolean' ? 'true or false' : 'text';
}

/** A piece of the document within a finding's text. */
export const echo = (shown: string, value: unknown = shown): string =>
  `${BEGIN}${shown.replaceAll(MARKS, '')}${BETWEEN}${kindOf(value)}${END}`;

/** A piece that nobody is shown: files, `a value that is not shown`. */
export const hidden = (value: unknown): string => echo('a value that is not shown', value);

/** The text of a finding for a reader. @param values `kind`: nothing of the document is said but its kind */
export const rendered = (text: string, values: 'shown' | 'kind'): string =>
  text.replaceAll(MARKED, values === 'shown' ? '$1' : '$2').replaceAll(MARKS, '');
