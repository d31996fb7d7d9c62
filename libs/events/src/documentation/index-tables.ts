import type { Contract } from '../contracts/contract.ts';
import { CHANNELS } from './channels.ts';
import { pageName } from './file-names.ts';

export const BEGIN = '<!-- generated: npm run generate:events -->';
export const END = '<!-- end of what is generated -->';

/** All events by aggregate, each with its page. */
export function indexTables(contracts: readonly Contract[]): string {
  const tables = Object.entries(CHANNELS).map(([channel, { address, writer }]) => {
    const rows = contracts
      .filter((one) => one.channel === channel)
      .map(({ name, documentation }) => `| [${name}](${pageName(name)}.md) | ${documentation.what} |`);
    return [`### \`${address}\``, '', `Writer: ${writer}.`, '', '| | |', '| --- | --- |', ...rows].join('\n');
  });
  return `${BEGIN}\n\n${tables.join('\n\n')}\n\n${END}`;
}

/** The page with its tables made anew; what people wrote around them stays. */
export function withTables(page: string, contracts: readonly Contract[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the page has no ${BEGIN} … ${END}`);
  return page.slice(0, begin) + indexTables(contracts) + page.slice(end + END.length);
}
