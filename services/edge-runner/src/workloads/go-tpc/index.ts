import { readFile } from 'node:fs/promises';
import { goTpcStarts, hasStarts, measuredByGoTpc } from '@benchbus/load-tools';
import type { GoTpcWorkload } from '@benchbus/suites';
import { stepFiles } from '../../runtime/process/step-files.ts';
import type { LoadTool } from '../load-tool.ts';
import { findGoTpc, type GoTpcProgram } from './check.ts';
import { parsedStarts } from '../parsed-starts.ts';
import { measure, prepare, warmUp } from './steps.ts';

/** TPC-C by go-tpc (github.com/pingcap/go-tpc), on PostgreSQL. */
export const goTpc: LoadTool<GoTpcWorkload, GoTpcProgram> = {
  name: 'go-tpc',
  check: (_, context) => findGoTpc(context),
  prepare,
  warmUp,
  measure,
  parse: async (ended) => {
    const { version } = ended.program;
    const stdout = await readFile(stepFiles(ended.dir).stdout, 'utf8');
    return hasStarts(stdout)
      ? parsedStarts(ended, goTpcStarts(stdout, version))
      : { measured: measuredByGoTpc(stdout, version) };
  },
};
