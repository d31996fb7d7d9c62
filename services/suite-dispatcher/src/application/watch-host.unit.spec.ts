import { subjects } from '@benchbus/events';
import { createMemoryBus } from '@benchbus/events/testing';
import { expect, it } from 'vitest';
import { decideRun } from '../domain/decide-run.ts';
import { decideSuite } from '../domain/decide-suite.ts';
import { intake } from '../domain/intake.ts';
import { HOST, othersAnswer, Story, suiteOf } from '../testing/story.ts';
import { watchHost } from './watch-host.ts';

it('the host of the reservation is watched until the nodes are there: away for a while is not lost, back is not lost', async () => {
  const { liveness } = createMemoryBus();
  const story = new Story();
  story.append(intake({ id: 'request', suiteId: 's' }, { ok: true, suite: suiteOf(1) }));
  for (const action of decideSuite('s', story.suite())) if (action.kind === 'append') story.append(action.draft);
  const runId = 's-1-1';
  const view = () => story.view(runId);
  const playUntil = (name: string) => {
    while (story.events.at(-1)?.name !== name) {
      const step = decideRun(view(), {
        ...{ now: story.now, targets: new Set(['local']), lost: new Set<string>() },
        ...{ cancelling: false, settled: new Set<string>() },
      });
      if (step.kind === 'append') story.append(step.draft);
      else if (!othersAnswer(story, runId)) throw new Error(`no ${name}`);
    }
  };
  let told = 0;
  const host = watchHost(liveness, 30, () => (told += 1));
  host.watch(view());
  const alive = await liveness.hold(`host.${HOST}`, { instance: '1' });
  playUntil('NetworkReserved');
  host.watch(view());
  await alive.stop();
  const again = await liveness.hold(`host.${HOST}`, { instance: '2' });
  expect(host.isLost).toBe(false);
  await again.stop();
  await expect.poll(() => told).toBe(1);
  expect(host.isLost).toBe(true);
  playUntil('DeploymentReady');
  expect(story.of(subjects.run(runId)).at(-1)?.name).toBe('RunDeploymentRequested');
  host.watch(view());
  expect(host.isLost).toBe(false);
  host.stop();
});
