/** The page that leads to the others. */
const INTRO = [
  '# Errors',
  '',
  'Each code that benchbus prints, logs or writes into an event, with what was wrong and what to do. This page is generated',
  '(`BENCHBUS_UPDATE_DOCS=1 npx vitest run --project unit tools/lib/error-codes`) from those beside it, which a test holds against',
  'the sources: no code without its paragraph, no paragraph without its code.',
  '',
  'An error says its code, what was wrong, where, and a hint. A code does not change its meaning, and the exit code of the',
  'command line follows from it ([which](../../reference/cli.md)).',
].join('\n');

const titleOf = (text) => /^# (.+)$/m.exec(text)?.[1] ?? '';

/** As wide as its widest cell, as Prettier has it. */
function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const [head, ...rest] = rows;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest.map(line)].join('\n');
}

/**
 * @param {readonly { file: string, text: string }[]} pages by their names, such as `suite.md`
 * @param {readonly { code: string, file: string }[]} paragraphs
 */
export function indexPage(pages, paragraphs) {
  const byPage = pages.map(({ file, text }) => [
    `[${titleOf(text)}](${file})`,
    String(paragraphs.filter((one) => one.file === file).length),
  ]);
  const byCode = paragraphs
    .toSorted((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ code, file }) => [`[${code}](${file}#${code.toLowerCase()})`, file.replace('.md', '')]);
  return (
    [INTRO, table([['page', 'codes'], ...byPage]), '## By name', table([['code', 'page'], ...byCode])].join('\n\n') +
    '\n'
  );
}
