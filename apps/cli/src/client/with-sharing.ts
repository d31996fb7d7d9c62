import type { EventBus } from '@benchbus/events';
import { readSharing } from '@benchbus/results';
import type { SuiteResults } from '../domain/suite-results.ts';

/** The results with who else had a share of the host while each run measured: of runs that allowed it. */
export async function withSharing(bus: Pick<EventBus, 'log'>, results: SuiteResults): Promise<SuiteResults> {
  const runs = results.runs.map(async (run) => {
    if (run.sharing !== 'allowed' || run.summary === undefined) return run;
    const shared = await readSharing(bus.log, run.runId, run.summary);
    return shared === undefined ? run : { ...run, shared };
  });
  return { ...results, runs: await Promise.all(runs) };
}
