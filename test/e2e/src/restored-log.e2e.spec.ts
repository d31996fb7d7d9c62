import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultsIn } from './testing/clean-run.ts';
import { atMoment, historyOf, suiteEnd } from './testing/history.ts';
import { Installation, newStateDir } from './testing/installation.ts';
import { leftoversOf } from './testing/leftovers.ts';
import { tinySuite } from './testing/suites.ts';

test('a log restored after its server and everything in it was lost: what ran ends and is given back, what waited is run', async () => {
  const stateDir = newStateDir();
  const backup = join(stateDir, 'backup');
  const lost = await Installation.start({}, stateDir);
  const { incarnation } = lost.bus.log;
  const measuring = await atMoment(lost.bus, 'running', ({ name }) => name === 'WorkloadStarted');
  const waiting = await atMoment(lost.bus, 'waiting', ({ name }) => name === 'RunQueued');
  // Longer than all that is done to it takes on a machine that others keep busy.
  await lost.bus.request('SuiteRequested', 'running', { suite: tinySuite('running', { durationSeconds: 900 }) });
  await lost.bus.request('SuiteRequested', 'waiting', { suite: tinySuite('waiting') });
  await Promise.all([measuring.reached, waiting.reached]);
  expect(await lost.cli('backup', '--out', backup).finished).toMatchObject({ code: 0 });
  // What comes after the back-up is forgotten by the log, not by the world.
  const forgotten = await atMoment(lost.bus, 'forgotten', ({ name }) => name === 'RunQueued');
  await lost.bus.request('SuiteRequested', 'forgotten', { suite: tinySuite('forgotten') });
  await forgotten.reached;
  await Promise.all([measuring.stop(), waiting.stop(), forgotten.stop()]);
  expect(leftoversOf(lost, 'running-1-1')).not.toEqual([]);
  await lost.kill();
  await rm(join(stateDir, 'nats'), { recursive: true });

  const restored = await Installation.start({}, stateDir, ['--restore', backup]);
  try {
    expect(restored.bus.log.incarnation).not.toBe(incarnation);
    expect((await suiteEnd(restored.bus, 'running')).name).toBe('SuiteFailed');
    expect((await suiteEnd(restored.bus, 'waiting')).name).toBe('SuiteCompleted');
    for (const suiteId of ['running', 'waiting']) {
      expect(faultsIn(await historyOf(restored.bus, suiteId))).toEqual([]);
      expect(leftoversOf(restored, `${suiteId}-1-1`)).toEqual([]);
    }
    expect(await historyOf(restored.bus, 'forgotten')).toEqual([]);
    const audited = await restored.cli('audit').finished;
    expect(audited, audited.stdout).toMatchObject({ code: 0 });
  } finally {
    expect(await restored.stop()).toEqual([]);
  }
});
