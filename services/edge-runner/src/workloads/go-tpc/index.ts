import { readFile } from 'node:fs/promises';
import { measuredByGoTpc } from '@benchbus/load-tools';
import type { GoTpcWorkload } from '@benchbus/suites';
import { stepFiles } from '../../runtime/process/step-files.ts';
import type { LoadTool } from '../load-tool.ts';
import { findGoTpc, type GoTpcProgram } from './check.ts';
import { measure, prepare, warmUp } from './steps.ts';

/** TPC-C by go-tpc (github.com/pingcap/go-tpc), on PostgreSQL. */
export const goTpc: LoadTool<GoTpcWorkload, GoTpcProgram> = {
  name: 'go-tpc',
  check: (_, context) => findGoTpc(context),
  prepare,
  warmUp,
  measure,
  parse: async ({ program, dir }) => ({
    measured: measuredByGoTpc(await readFile(stepFiles(dir).stdout, 'utf8'), program.version),
  }),
};
