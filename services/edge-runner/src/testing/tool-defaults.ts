import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkloadContext } from '../workloads/plugin.ts';

/** What an operator who says nothing has, for a load tool of a test. */
export const toolDefaults: Pick<WorkloadContext, 'runId' | 'tools' | 'secret' | 'secrets'> = {
  runId: 'test',
  tools: {
    logAllTps: 20_000,
    stroppy: {
      url: 'http://127.0.0.1:1',
      downloadsDir: join(tmpdir(), 'benchbus-downloads-nowhere'),
      timeoutMs: 10_000,
    },
  },
  secret: ({ secret }) => `value of ${secret}`,
  secrets: ['value of CANARY'],
};
