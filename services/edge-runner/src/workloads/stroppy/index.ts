import { readIfThere } from '../../runtime/process/files.ts';
import { measuredByStroppy } from '@benchbus/load-tools';
import { releasePlace, stroppyRelease } from '@benchbus/service';
import type { StroppyWorkload } from '@benchbus/suites';
import { join } from 'node:path';
import type { LoadTool } from '../load-tool.ts';
import { stepDir } from '../step.ts';
import { copyWithoutSecrets } from '../without-secrets.ts';
import { measure, prepare, SUMMARY } from './steps.ts';
import { unpack } from './unpack.ts';

/** What it exported, known by this name to whoever doubts a result. */
const KEPT = 'stroppy.summary.json.txt';

/** Stroppy as the predecessor ran it; the program is its release's. */
export const stroppy: LoadTool<StroppyWorkload, string> = {
  name: 'stroppy',
  check: (workload, { tools }, signal) => stroppyRelease(workload, { ...releasePlace(tools.stroppy), signal }),
  write: unpack,
  prepare,
  warmUp: () => undefined,
  measure,
  keep: async (_, { artifactsDir, secrets, ...context }) => {
    const source = join(stepDir(context, 'measure'), SUMMARY);
    if ((await readIfThere(source)) === undefined) return [];
    await copyWithoutSecrets(source, join(artifactsDir, KEPT), secrets);
    return [{ name: KEPT, contentType: 'application/json' }];
  },
  parse: async ({ workload, dir }) => ({
    measured: measuredByStroppy(await readIfThere(join(dir, SUMMARY)), workload.version),
  }),
};
