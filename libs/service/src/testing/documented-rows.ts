import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it, type TestContext } from 'vitest';

/** Header → cell, both without surrounding blanks. */
export type DocumentedRow = Readonly<Record<string, string>>;

const cellsOf = (line: string): string[] =>
  line
    .replace(/^\s*\||\|\s*$/g, '')
    .split('|')
    .map((cell) => cell.trim());

/** The rows of every table of a Markdown text whose first column is headed `id`. */
export function documentedRows(text: string): DocumentedRow[] {
  const rows: DocumentedRow[] = [];
  let header: string[] = [];
  for (const line of text.split('\n')) {
    if (!line.trim().startsWith('|')) header = [];
    else if (header.length === 0) header = cellsOf(line);
    else if (header[0] === 'id' && !/^[\s|:-]+$/.test(line)) {
      const cells = cellsOf(line);
      rows.push(Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])));
    }
  }
  return rows;
}

/** A cell that lists names in code spans, in order. */
export const namesIn = (cell: string | undefined): string[] =>
  [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');

/**
 * Tests that are the rows of a documented table: each is named like its row (column `id`) and is given its cells, and
 * the file holds exactly the rows whose column `test` names it, so that table and tests cannot drift.
 */
export function rowTests(document: string, specFile: string) {
  const mine = documentedRows(readFileSync(document, 'utf8')).filter(
    (row) => row['test'] === `\`${basename(specFile)}\``,
  );
  const tested: string[] = [];
  return {
    row(id: string, test: (row: DocumentedRow, context: TestContext) => Promise<void> | void): void {
      tested.push(id);
      it(id, async (context) => {
        const found = mine.find((row) => row['id'] === `\`${id}\``);
        if (!found) throw new Error(`${basename(document)} has no row ${id} that names ${basename(specFile)}`);
        await test(found, context);
      });
    },
    /** Call it after all rows of the file. */
    everyRow(): void {
      it(`are the rows of ${basename(document)}`, () => {
        expect(tested.map((id) => `\`${id}\``).sort()).toEqual(mine.map((row) => row['id']).sort());
      });
    },
  };
}
