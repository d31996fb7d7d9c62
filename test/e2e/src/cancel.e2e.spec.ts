import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { subjects } from '@benchbus/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyOf, suiteEnd } from './testing/history.ts';
import { cli, Installation, newStateDir } from './testing/installation.ts';
import { labelled } from './testing/processes.ts';
import { tinySuite } from './testing/suites.ts';

describe('cancel', () => {
  let installation: Installation;
  let file: string;
  beforeAll(async () => {
    installation = await Installation.start();
    file = join(installation.stateDir, 'long.yaml');
    writeFileSync(file, JSON.stringify(tinySuite('long', { durationSeconds: 600 })));
  });
  afterAll(async () => {
    expect(await installation.stop()).toEqual([]);
  });

  const stagesOf = (suiteId: string) => async () => {
    const history = await historyOf(installation.bus, suiteId);
    return history.some((event) => event.name === 'WorkloadStarted') || undefined;
  };

  it('Ctrl-C once on `run --wait`: SuiteCancelled, everything released, exit 130', async () => {
    const run = installation.cli('run', file, '--wait');
    await run.printed(/workload/);
    run.child.kill('SIGINT');
    const { code, stdout } = await run.finished;
    expect(code).toBe(130);
    const suiteId = /\blong-[a-z0-9]+\b/.exec(stdout)?.[0] ?? '';
    const history = await historyOf(installation.bus, suiteId);
    expect(history.at(-1)?.name).toBe('SuiteCancelled');
    expect(history.filter((event) => event.name === 'RunReleased')).toHaveLength(1);
    const runId = history.find((event) => event.name === 'RunQueued')?.subject.split('.')[2] ?? '';
    expect(labelled({ BENCHBUS_RUN: runId })).toEqual([]);
  });

  it('`benchbus cancel` from elsewhere ends a running suite', async () => {
    const started = await installation.cli('run', file, '--json').finished;
    const suiteId = /long-[a-z0-9]+/.exec(started.stdout)?.[0] ?? '';
    await installation.bus.log.waitFor([`evt.edge.>`], stagesOf(suiteId), { what: 'the workload', timeoutMs: 60_000 });
    const { code } = await installation.cli('cancel', suiteId, '--wait').finished;
    expect(code).toBe(0);
    expect((await suiteEnd(installation.bus, suiteId)).name).toBe('SuiteCancelled');
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
  it('once: cancels, releases, stops everything, exit 130', async () => {
    const stateDir = newStateDir();
    const file = join(stateDir, 'long.yaml');
    writeFileSync(file, JSON.stringify(tinySuite('long', { durationSeconds: 600 })));
    const up = cli(['up', '--run', file], { BENCHBUS_STATE_DIR: stateDir });
    await up.printed(/workload/);
    up.child.kill('SIGINT');
    const { code, stdout } = await up.finished;
    expect(code).toBe(130);
    expect(stdout).toMatch(/cancelled/i);
    expect(labelled({ BENCHBUS_STATE_DIR: stateDir })).toEqual([]);
  });

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
