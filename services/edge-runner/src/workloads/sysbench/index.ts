import { readFile } from 'node:fs/promises';
import { hasStarts, measuredBySysbench, sysbenchStarts } from '@benchbus/load-tools';
import type { SysbenchWorkload } from '@benchbus/suites';
import { findProgram, searchPath } from '../../runtime/host/local/programs.ts';
import { stepFiles } from '../../runtime/process/step-files.ts';
import type { LoadTool } from '../load-tool.ts';
import { parsedStarts } from '../parsed-starts.ts';
import { measure, prepare, warmUp } from './steps.ts';

/** The OLTP scripts of sysbench (Debian's package), on PostgreSQL. */
export const sysbench: LoadTool<SysbenchWorkload, string> = {
  name: 'sysbench',
  check: () => findProgram('sysbench', searchPath(undefined)),
  prepare,
  warmUp,
  measure,
  parse: async (ended) => {
    const { script, rate } = ended.workload;
    const stdout = await readFile(stepFiles(ended.dir).stdout, 'utf8');
    return hasStarts(stdout)
      ? parsedStarts(ended, sysbenchStarts(stdout, script, rate))
      : { measured: measuredBySysbench(stdout, script, rate) };
  },
};
