import type { PgbenchWorkload } from '@benchbus/suites';
import type { LoadTool } from '../load-tool.ts';
import { findPgbench, type PgbenchProgram } from './check.ts';
import { keep } from './keep.ts';
import { parse } from './parse.ts';
import { measure, prepare, warmUp, write } from './steps.ts';

/** PostgreSQL's own load tool. */
export const pgbench: LoadTool<PgbenchWorkload, PgbenchProgram> = {
  name: 'pgbench',
  check: () => findPgbench(),
  write,
  prepare,
  warmUp,
  measure,
  parse,
  keep,
};
