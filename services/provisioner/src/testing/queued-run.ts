import type { EventData } from '@benchbus/events';
import { exampleHardware, exampleRunSettings, exampleTest } from '@benchbus/suites/testing';

/** A run of one PostgreSQL node `pg` and the load node. */
export const queuedRun = (
  options: { readonly hardware?: { readonly cores: number }; readonly version?: '15' | '18' } = {},
): EventData<'RunQueued'> => ({
  suiteId: 's1',
  index: 0,
  repeat: 1,
  test: exampleTest({
    postgres: { version: options.version ?? '15' },
    hardware: exampleHardware(options.hardware),
    workload: { hardware: exampleHardware() },
  }),
  settings: exampleRunSettings(),
});
