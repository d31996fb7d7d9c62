import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ALL_CASES } from '../cases/index.ts';
import { ENGINE_KINDS } from '../engines/engine.ts';
import type { Report } from './report.ts';
import { renderTable, replaceTable } from './table.ts';

const REFERENCE = new URL('../../../../docs/reference/', import.meta.url);
const DOCUMENT = fileURLToPath(new URL('hatchet-conformance.md', REFERENCE));

/** The kept results, one per engine. */
export const keptReports = (): Report[] =>
  ENGINE_KINDS.map((kind) => {
    const file = new URL(`hatchet-conformance/${kind}.json`, REFERENCE);
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  });

export const readDocument = (): string => readFileSync(DOCUMENT, 'utf8');

/** The document as the kept results and today's cases make it. */
export const renderDocument = (): string => replaceTable(readDocument(), renderTable(ALL_CASES, keptReports()));

export const writeDocument = (): void => writeFileSync(DOCUMENT, renderDocument());
