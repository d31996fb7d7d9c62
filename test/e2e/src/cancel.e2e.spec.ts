import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { suiteEnd } from './testing/history.ts';
import { cli, Installation, newStateDir } from './testing/installation.ts';
import { tinySuite } from './testing/suites.ts';

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
