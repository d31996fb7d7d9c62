import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { subjects } from '@benchbus/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectNothingLeft, firstRunId } from './testing/clean-run.ts';
import { suiteEnd } from './testing/history.ts';
import { cli, Installation, newStateDir } from './testing/installation.ts';
import { tinySuite } from './testing/suites.ts';

describe('cancel', () => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await Installation.start();
  });
  afterAll(async () => {
    expect(await installation.stop()).toEqual([]);
  });

  it('ends the keep time of a run that is over', async () => {
    const { bus } = installation;
    const suite = tinySuite('kept', { settings: { keep: { when: 'always', for: '1h' } } });
    await bus.request('SuiteRequested', 'kept', { suite });
    const run = subjects.run(firstRunId('kept', suite));
    const completed = async () => (await bus.log.read(run)).some((event) => event.name === 'RunCompleted') || undefined;
    await bus.log.waitFor([run], completed, { what: 'the run to complete', timeoutMs: 120_000 });
    expect((await bus.log.read(run)).some((event) => event.name === 'RunReleaseRequested')).toBe(false);
    await bus.request('SuiteCancelRequested', 'kept', { reason: 'seen enough' });
    expect((await suiteEnd(bus, 'kept')).name).toBe('SuiteCancelled');
    expectNothingLeft(installation, firstRunId('kept', suite));
  });

  it('a cancel that overtakes its suite still ends it', async () => {
    const suiteId = 'overtaken';
    await installation.bus.request('SuiteCancelRequested', suiteId, { reason: 'at once' });
    await installation.bus.request('SuiteRequested', suiteId, {
      suite: tinySuite('overtaken', { durationSeconds: 600 }),
    });
    expect((await suiteEnd(installation.bus, suiteId)).name).toBe('SuiteCancelled');
    expect((await installation.bus.log.read(subjects.suite(suiteId))).map((event) => event.name)).toEqual([
      'SuiteAccepted',
      'SuiteCancelling',
      'SuiteCancelled',
    ]);
  });
});

describe('Ctrl-C on `up --run`', () => {
  it('twice: ends at once, and the next `up` reclaims what was left', async () => {
    const stateDir = newStateDir();
    const file = join(stateDir, 'long.yaml');
    writeFileSync(file, JSON.stringify(tinySuite('long', { durationSeconds: 600 })));
    const up = cli(['up', '--run', file], { BENCHBUS_STATE_DIR: stateDir });
    await up.printed(/workload/);
    up.child.kill('SIGINT');
    up.child.kill('SIGINT');
    expect((await up.finished).code).toBe(130);

    const next = await Installation.start({}, stateDir);
    const open = await openRuns(next);
    for (const suiteId of open) await next.bus.request('SuiteCancelRequested', suiteId, { reason: 'left over' });
    for (const suiteId of open) expect((await suiteEnd(next.bus, suiteId)).name).toBe('SuiteCancelled');
    expect(await next.stop()).toEqual([]);
  });
});

/** Suites that were accepted and have not ended. */
async function openRuns({ bus }: Installation): Promise<string[]> {
  const open = new Set<string>();
  const caughtUp = Promise.withResolvers<void>();
  const following = await bus.log.follow({
    from: 'start',
    subjects: ['evt.suite.*'],
    onEvent: (event) => {
      if (event.name === 'SuiteAccepted') open.add(event.correlation);
      if (['SuiteCompleted', 'SuiteFailed', 'SuiteCancelled'].includes(event.name)) open.delete(event.correlation);
    },
    onCaughtUp: () => caughtUp.resolve(),
  });
  await caughtUp.promise;
  await following.stop();
  return [...open];
}
