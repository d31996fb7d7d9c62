import { historyOf, suiteEnd } from '../testing/history.ts';
import { firstRunId } from '../testing/clean-run.ts';
import type { Installation } from '../testing/installation.ts';
import type { AnyRecorded } from '@benchbus/events';
import type { Scenario } from './scenarios.ts';

export interface Played {
  readonly suiteId: string;
  readonly runId: string;
  readonly history: readonly AnyRecorded[];
}

/** Longer than anything that a death costs: the engine's reassignment, a lost runner's time, the release's. */
const END_MS = 240_000;

/** Requests the scenario's suite, cancels it where the scenario says so, and waits for its end. */
export async function play({ bus }: Installation, scenario: Scenario, suiteId: string): Promise<Played> {
  const suite = scenario.suite(suiteId);
  const runId = firstRunId(suiteId, suite);
  const measuring = Promise.withResolvers<void>();
  const watching = await bus.telemetry.watchProgress(runId, ({ tps }) => {
    if (tps !== undefined) measuring.resolve();
  });
  try {
    await bus.request('SuiteRequested', suiteId, { suite });
    const end = suiteEnd(bus, suiteId, END_MS);
    if (scenario.cancel === true) {
      await Promise.race([measuring.promise, end]);
      await bus.request('SuiteCancelRequested', suiteId, { reason: 'by the walk' });
    }
    await end;
  } finally {
    await watching.stop();
  }
  return { suiteId, runId, history: await historyOf(bus, suiteId) };
}
