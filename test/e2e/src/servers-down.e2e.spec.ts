import type { AnyRecorded } from '@benchbus/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completing } from './crash-walk/scenarios.ts';
import { play } from './crash-walk/play.ts';
import { expectNothingLeft, faultsAgainst, firstRunId } from './testing/clean-run.ts';
import { engineRest } from './testing/engine-rest.ts';
import { atMoment, historyOf, suiteEnd } from './testing/history.ts';
import { Installation } from './testing/installation.ts';
import { tinySuite } from './testing/suites.ts';
import { NEEDS_OUR_ENGINE, onExternalEngine } from './testing/test-engine.ts';

/** What is killed together, and at which fact. The stack starts each again. */
const CASES = [
  { servers: ['nats'], at: 'RunDeploymentRequested' },
  { servers: ['nats'], at: 'WorkloadStarted' },
  { servers: ['nats'], at: 'RunReleaseRequested' },
  { servers: ['valkey'], at: 'RunNetworkRequested' },
  { servers: ['valkey'], at: 'DeploymentDestroyed' },
  { servers: ['hatchet'], at: 'SetupStarted' },
  { servers: ['hatchet'], at: 'WorkloadStarted' },
  { servers: ['nats', 'valkey', 'hatchet'], at: 'DatabaseReady' },
] as const;

describe.skipIf(onExternalEngine)(`servers that are killed (${NEEDS_OUR_ENGINE})`, () => {
  let installation: Installation;
  let undisturbed: readonly AnyRecorded[];
  beforeAll(async () => {
    installation = await Installation.start();
    undisturbed = (await play(installation, completing, 'plain')).history;
  }, 300_000);
  afterAll(async () => {
    expect(await installation.stop()).toEqual([]);
  });

  it.each(CASES)('$servers at $at: the run completes, nothing is said or done twice', async ({ servers, at }) => {
    const suiteId = `kill-${servers.join('-')}-${at.toLowerCase()}`;
    const { reached, stop } = await atMoment(installation.bus, suiteId, ({ name }) => name === at);
    const killed = reached.then(() => {
      for (const server of servers) process.kill(installation.pid(server) ?? NaN, 'SIGKILL');
    });
    const { history, runId } = await play(installation, completing, suiteId);
    await killed;
    await stop();
    expect(faultsAgainst(undisturbed, history)).toEqual([]);
    expectNothingLeft(installation, runId);
  });

  it('a run that is cancelled in the engine, behind our back, is cancelled and released within a minute', async () => {
    const { bus } = installation;
    const suiteId = 'cancelled-in-the-engine';
    const suite = tinySuite(suiteId, { durationSeconds: 600 });
    const runId = firstRunId(suiteId, suite);
    const { reached, stop } = await atMoment(bus, suiteId, ({ name }) => name === 'WorkloadStarted');
    await bus.request('SuiteRequested', suiteId, { suite });
    await reached;
    await stop();
    const cancelledAt = Date.now();
    expect(await engineRest(installation.stateDir).cancel('run', runId)).toBeGreaterThan(0);

    expect((await suiteEnd(bus, suiteId)).name).toBe('SuiteCancelled');
    const history = await historyOf(bus, suiteId);
    const when = (name: AnyRecorded['name']) =>
      history.filter((event) => event.name === name).map(({ time }) => Date.parse(time) - cancelledAt);
    expect(when('RunCancelled')).toEqual([expect.any(Number)]);
    expect(when('RunReleased')).toEqual([expect.any(Number)]);
    expect(Math.max(...when('RunReleased'))).toBeLessThan(60_000);
    for (const [granted, returned] of [
      ['CapacityGranted', 'CapacityReleased'],
      ['BlocksGranted', 'BlocksReleased'],
    ] as const)
      expect(when(returned)).toHaveLength(when(granted).length);
    expectNothingLeft(installation, runId);
  });
});
