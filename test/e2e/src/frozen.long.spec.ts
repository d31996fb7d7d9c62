import { setTimeout as delay } from 'node:timers/promises';
import type { AnyRecorded, EventName } from '@benchbus/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { play } from './crash-walk/play.ts';
import { completing } from './crash-walk/scenarios.ts';
import { endOf, expectNothingLeft, faultsAgainst, faultsIn, firstRunId } from './testing/clean-run.ts';
import { atMoment } from './testing/history.ts';
import { hold } from './testing/hold.ts';
import { Installation } from './testing/installation.ts';
import { runnerOf } from './testing/processes.ts';
import { onExternalEngine } from './testing/test-engine.ts';

/** Longer than each lease: the engine's reassignment (30 s), an acknowledgement (30 s), a runner's liveness (15 s + 30 s). */
const FROZEN_MS = 60_000;

const STACK = ['suite-dispatcher', 'network-allocator', 'provisioner', 'artifact-store', 'nats', 'valkey'];
const VICTIMS = [...STACK, ...(onExternalEngine ? [] : ['hatchet']), 'edge:pg', 'edge:load'];
/** The first fact of a stage in which each of them has something to do, and the release. */
const MOMENTS: readonly EventName[] = [
  'RunNetworkRequested',
  'EdgeRunnerReady',
  'WorkloadStarted',
  'RunReleaseRequested',
];

const CASES = VICTIMS.flatMap((victim) =>
  MOMENTS.filter((at) => !(victim.startsWith('edge:') && at === 'RunNetworkRequested')).map((at) => ({ victim, at })),
);

const isMoment = (at: EventName, victim: string) => (event: AnyRecorded) =>
  event.name === at &&
  !(event.name === 'EdgeRunnerReady' && victim.startsWith('edge:') && event.data.node !== victim.slice(5));

describe(`processes that stand still for ${FROZEN_MS / 1000} s (${CASES.length} cases)`, () => {
  let installation: Installation;
  let undisturbed: readonly AnyRecorded[];
  beforeAll(async () => {
    installation = await Installation.start();
    undisturbed = (await play(installation, completing, 'plain')).history;
  });
  afterAll(async () => {
    expect(await installation.stop()).toEqual([]);
  });

  it.each(CASES)('$victim at $at', async ({ victim, at }) => {
    const suiteId = `freeze-${victim.replace(':', '-')}-${at.toLowerCase()}`;
    const runId = firstRunId(suiteId, completing.suite(suiteId));
    const { reached, stop } = await atMoment(installation.bus, suiteId, isMoment(at, victim));
    const thawed = reached.then(async () => {
      const pid = victim.startsWith('edge:') ? runnerOf(runId, victim.slice(5)) : installation.pid(victim);
      // A runner may have been ended when its release is heard of here.
      if (pid === undefined) return expect(at).toBe('RunReleaseRequested');
      using held = hold(pid);
      await delay(FROZEN_MS);
      held.release();
    });
    const { history } = await play(installation, completing, suiteId);
    await thawed;
    await stop();
    process.stdout.write(`${victim} at ${at}: ${endOf(history)}\n`);
    // It may have failed, if it says so; nothing is twice, everything was given back.
    expect(faultsIn(history)).toEqual([]);
    if (history.some(({ name }) => name === 'SuiteCompleted')) expect(faultsAgainst(undisturbed, history)).toEqual([]);
    expectNothingLeft(installation, runId);
  });
});
