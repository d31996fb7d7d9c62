import { readFileSync } from 'node:fs';
import type { Facts } from '../probes/index.ts';

const PAGE = new URL('../../../../docs/reference/topologies.md', import.meta.url);

/** Keys of the table "What is proven", `<…>` for any text. */
function documented(): RegExp[] {
  const [, section = ''] = readFileSync(PAGE, 'utf8').split('## What is proven');
  const cells = section.split('\n').flatMap((line) => /^\| (`[^|]*)\|/.exec(line)?.[1] ?? []);
  const keys = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, key]) => key ?? ''));
  return keys.map((key) => new RegExp(`^${key.replaceAll('.', '\\.').replace(/<[^>]+>/g, '.+')}$`));
}

/** Facts that docs/reference/topologies.md does not tell of. */
export function undocumented(facts: Facts): string[] {
  const known = documented();
  return Object.keys(facts).filter((key) => !known.some((pattern) => pattern.test(key)));
}
