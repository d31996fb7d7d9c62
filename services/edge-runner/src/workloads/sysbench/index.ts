import { readFile } from 'node:fs/promises';
import { measuredBySysbench } from '@benchbus/load-tools';
import type { SysbenchWorkload } from '@benchbus/suites';
import { findProgram, searchPath } from '../../runtime/host/local/programs.ts';
import { stepFiles } from '../../runtime/process/step-files.ts';
import type { LoadTool } from '../load-tool.ts';
import { measure, prepare, warmUp } from './steps.ts';

/** The OLTP scripts of sysbench (Debian's package), on PostgreSQL. */
export const sysbench: LoadTool<SysbenchWorkload, string> = {
  name: 'sysbench',
  check: () => findProgram('sysbench', searchPath(undefined)),
  prepare,
  warmUp,
  measure,
  parse: async ({ workload: { script, rate }, dir }) => ({
    measured: measuredBySysbench(await readFile(stepFiles(dir).stdout, 'utf8'), script, rate),
  }),
};
