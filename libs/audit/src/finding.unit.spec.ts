import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FINDINGS } from './finding.ts';

it('every finding stands in the reference, with its meaning', () => {
  const reference = readFileSync(new URL('../../../docs/reference/audit.md', import.meta.url), 'utf8');
  const rows = new Map(
    [...reference.matchAll(/^\| `([A-Z_]+)` +\| (.*?) +\|$/gm)].map(([, code, text]) => [code, text]),
  );
  for (const [code, meaning] of Object.entries(FINDINGS)) expect(rows.get(code), code).toBe(meaning);
});
