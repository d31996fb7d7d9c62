import type { PgbenchWorkload } from '@benchbus/suites';
import type { WorkloadPlugin } from '../plugin.ts';
import { collect } from './collect.ts';
import { run } from './run.ts';

/** PostgreSQL's own load tool. */
export const pgbench: WorkloadPlugin<PgbenchWorkload> = { run, collect };
