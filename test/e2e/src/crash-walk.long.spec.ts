import type { AnyRecorded } from '@benchbus/events';
import { STAGES } from '@benchbus/suites';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { play } from './crash-walk/play.ts';
import { completing } from './crash-walk/scenarios.ts';
import { expectNothingLeft, faultsAgainst, firstRunId } from './testing/clean-run.ts';
import { atMoment } from './testing/history.ts';
import { Installation } from './testing/installation.ts';
import { runnerOf } from './testing/processes.ts';
import { expectNoOrphansBut, orphanedSharedMemory } from './testing/shared-memory.ts';
import { onExternalEngine } from './testing/test-engine.ts';

/** Where in a run a process is killed: at the first event of each stage, and when the release begins. */
const MOMENTS = [...STAGES, 'release'] as const;
type Moment = (typeof MOMENTS)[number];

/** Processes of the stack by their names, and runners by their nodes. Runners exist once the nodes are provisioned. */
const VICTIMS = [
  'suite-dispatcher',
  'network-allocator',
  'provisioner',
  'artifact-store',
  ...(onExternalEngine ? [] : ['hatchet']),
  'edge:pg',
  'edge:load',
];
const CASES = VICTIMS.flatMap((victim) =>
  MOMENTS.filter((moment) => !(victim.startsWith('edge:') && moment === 'network')).map((moment) => ({
    victim,
    moment,
  })),
);

const isMoment = (moment: Moment, victim: string) => (event: AnyRecorded) => {
  if (moment === 'release') return event.name === 'RunReleaseRequested';
  if (moment === 'provision' && victim.startsWith('edge:')) {
    return event.name === 'EdgeRunnerReady' && event.data.node === victim.slice('edge:'.length);
  }
  return event.name === 'RunStageStarted' && event.data.stage === moment;
};

describe(`kill -9 of each process in each stage (${CASES.length} cases)`, () => {
  const before = orphanedSharedMemory();
  let installation: Installation;
  let undisturbed: readonly AnyRecorded[];
  beforeAll(async () => {
    installation = await Installation.start();
    undisturbed = (await play(installation, completing, 'plain')).history;
  });
  afterAll(async () => {
    expect(await installation.stop()).toEqual([]);
    await expectNoOrphansBut(before);
  });

  it.each(CASES)('$victim in stage $moment', async ({ victim, moment }) => {
    const { bus } = installation;
    const suiteId = `kill-${victim.replace(':', '-')}-${moment}`;
    const runId = firstRunId(suiteId, completing.suite(suiteId));

    const { reached, stop } = await atMoment(bus, suiteId, isMoment(moment, victim));
    const killed = reached.then(() => {
      const pid = victim.startsWith('edge:') ? runnerOf(runId, victim.slice('edge:'.length)) : installation.pid(victim);
      // At the release a runner may have been ended already: then the case holds trivially, but only there.
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      else expect(moment).toBe('release');
    });
    const { history } = await play(installation, completing, suiteId);
    await killed;
    await stop();

    expect(faultsAgainst(undisturbed, history)).toEqual([]);
    expectNothingLeft(installation, runId);
  });
});
