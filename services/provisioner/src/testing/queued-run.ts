import type { EventData } from '@benchbus/events';
import { exampleHardware, exampleRunSettings, exampleTest } from '@benchbus/suites/testing';

const SECRET = { secret: 'NOBODY_HAS_THIS' };
/** Into a bucket whose keys are nowhere. */
const backup = {
  tool: 'pg_dump',
  schedule: '0 0 * * *',
  destination: {
    s3: { bucket: 'b', region: 'r', endpoint: 'http://127.0.0.1:1', accessKeyId: SECRET, secretAccessKey: SECRET },
  },
} as const;

/** A run of one PostgreSQL node `pg` and the load node. */
export const queuedRun = (
  options: {
    readonly hardware?: { readonly cores: number };
    readonly version?: '15' | '18';
    readonly backup?: true;
  } = {},
): EventData<'RunQueued'> => ({
  suiteId: 's1',
  index: 0,
  repeat: 1,
  test: exampleTest({
    postgres: { version: options.version ?? '15' },
    hardware: exampleHardware(options.hardware),
    ...(options.backup === undefined
      ? {}
      : {
          nodes: [{ name: 'pg', hardware: exampleHardware(), postgres: { role: 'primary', settings: {} }, backup }],
        }),
    workload: { hardware: exampleHardware() },
  }),
  settings: exampleRunSettings(),
});
