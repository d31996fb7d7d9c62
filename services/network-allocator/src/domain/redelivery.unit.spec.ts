import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AnyRecorded } from '@benchbus/events';
import { naiveWork, workOf } from '../testing/naive-work.ts';
import { GIB, NOW, TestLog } from '../testing/test-log.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import { initialState, type State } from './state.ts';

/** All that decisions depend on; a pool's bitmap by its fingerprint. */
const contents = ({ sequence, hosts, capacities, pools, runs, announced, refused, reserved, work }: State) => ({
  ...{ sequence, hosts, capacities, runs, announced, refused, reserved },
  work: workOf(work),
  pools: [...pools].map(([subject, pool]) => [subject, pool.version, pool.fingerprint()]),
});

const act = fc.record({
  what: fc.constantFrom('request', 'request', 'deploy', 'end', 'destroyed', 'leave', 'announce'),
  run: fc.integer({ min: 1, max: 4 }).map((number) => `r${number}`),
  shared: fc.boolean(),
  settles: fc.boolean(),
});

/** A log of several runs that come, are deployed and go, an allocator beside them. */
function historyOf(acts: readonly (typeof act extends fc.Arbitrary<infer A> ? A : never)[]): TestLog {
  const log = new TestLog();
  const targets = [{ name: 'local' as const, pool: { cidr: '127.64.0.0/22', blockPrefix: 24 } }];
  const announce = () => log.host('h1', { targets });
  announce();
  for (const { what, run, shared, settles } of acts) {
    if (what === 'request') log.request(run, { cores: 1, memoryBytes: GIB, sharing: shared ? 'allowed' : 'exclusive' });
    else if (what === 'deploy') log.deploy(run, 'h1', '127.64.0.0/24');
    else if (what === 'destroyed') log.destroyed(run);
    else if (what === 'leave') log.fact('HostLeft', 'evt.host.h1', { reason: 'test' });
    else if (what === 'announce') announce();
    else {
      log.over(run);
      log.release(run);
    }
    if (settles) log.settle();
  }
  return log;
}

it(
  'facts delivered again, late and in any order, change nothing; replay equals live (2,000 histories)',
  { timeout: 180_000 },
  () => {
    const again = fc.array(fc.nat(), { minLength: 10, maxLength: 60 });
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(act, { minLength: 5, maxLength: 20 }), again, (acts, repeats) => {
        const log = historyOf(acts);
        const live = initialState();
        log.events.forEach((event, index) => {
          evolve(live, event);
          // As many as there are, of all that were delivered before.
          for (const repeat of repeats.slice(index % 7, (index % 7) + 2))
            evolve(live, log.events[repeat % (index + 1)] as AnyRecorded);
          seen.add(event.name);
        });
        const replayed = log.state();
        expect(isDeepStrictEqual(contents(live), contents(replayed))).toBe(true);
        expect(workOf(live.work)).toEqual(naiveWork(live));
        expect(isDeepStrictEqual(decide(live, NOW), decide(replayed, NOW))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    const own = ['CapacityGranted', 'BlocksGranted', 'NetworkReserved', 'BlocksReleased', 'NetworkReleased'];
    expect([...seen]).toEqual(expect.arrayContaining(own));
  },
);
