import { subjects, type EventData } from '@benchbus/events';
import { expect, it } from 'vitest';
import { naiveWork, workOf } from '../testing/naive-work.ts';
import { GIB, TestLog } from '../testing/test-log.ts';
import { formatCidr, parseCidr } from './cidr.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import { DEFAULT_RULES } from './intent.ts';
import { initialState, type State } from './state.ts';

const OPERATIONS = 20_000;
const QUARANTINE_MS = 60_000;
const START = Date.parse('2026-01-01T00:00:00Z');
const FAR = '2099-01-01T00:00:00.000Z';

/** The same numbers in each run; a failure says at which operation. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The obvious allocator's memory: who has which block, what is somebody else's, and when each block came back. */
class NaivePool {
  readonly owners = new Map<string, string>();
  readonly strangers = new Set<string>();
  readonly released = new Map<string, number>();

  granted(cidr: string, runId: string, at: number): void {
    const { first, prefix } = parseCidr(cidr) ?? { first: -1, prefix: -1 };
    // `expect` itself would be most of what the test costs.
    if (prefix !== 26 || first % 64 !== 0 || !cidr.startsWith('10.2.'))
      throw new Error(`${cidr} is no block of the pool`);
    const owner = this.owners.get(cidr);
    if (owner !== undefined) throw new Error(`${cidr} of ${owner} also for ${runId}`);
    if (this.strangers.has(cidr)) throw new Error(`${cidr} is a stranger's`);
    if (at - (this.released.get(cidr) ?? -Infinity) < QUARANTINE_MS) throw new Error(`${cidr} is in quarantine`);
    this.owners.set(cidr, runId);
  }

  returned(cidr: string, runId: string, at: number): void {
    if (this.owners.get(cidr) !== runId) throw new Error(`${cidr} was not ${runId}'s`);
    this.owners.delete(cidr);
    this.released.set(cidr, at);
  }
}

/** Run → its block, as the projection has it. */
function holdersOf({ runs, pools }: State): Map<string, string> {
  const held = [...runs.values()].flatMap(({ runId, blocks }) =>
    [...blocks].map(([subject, { index }]): [string, string] => {
      const block = pools.get(subject)?.blockAt(index);
      return [runId, block === undefined ? 'of no pool' : formatCidr(block)];
    }),
  );
  return new Map(held);
}

it(`${OPERATIONS} random operations: no overlap, inside, aligned, counted; what is to do is what a full scan finds; replay is identical`, () => {
  const random = numbers(11);
  const [log, naive] = [new TestLog(), new NaivePool()];
  let [state, now, seen, asked] = [initialState(), START, 0, 0];
  const open: string[] = [];
  const targets = [
    { name: 'local' as const, pool: { cidr: '10.2.0.0/16', blockPrefix: 26, exclusions: ['10.2.255.0/24'] } },
  ];
  const announce = (occupied: EventData<'HostAnnounced'>['occupied'] = []): void =>
    log.host('h', { targets, occupied, cores: 600, memoryBytes: 4_096 * GIB });
  for (let part = 0; part < 4; part += 1) naive.strangers.add(`10.2.255.${part * 64}/26`);

  const look = (): void => {
    for (; seen < log.events.length; seen += 1) {
      const event = log.events[seen];
      if (event === undefined) return;
      evolve(state, event);
      if (event.name === 'BlocksGranted')
        for (const { cidr, runId } of event.data.grants) naive.granted(cidr, runId, now);
      if (event.name === 'BlocksReleased')
        for (const { cidr, runId } of event.data.blocks) naive.returned(cidr, runId, now);
      if (event.name === 'BlocksOccupied') for (const { cidr } of event.data.blocks) naive.strangers.add(cidr);
      if (event.name === 'BlocksVacated') for (const { cidr } of event.data.blocks) naive.strangers.delete(cidr);
    }
  };
  const settle = (): void => {
    for (let turns = 0; turns < 1_000; turns += 1) {
      look();
      const intents = decide(state, now, { ...DEFAULT_RULES, quarantineMs: QUARANTINE_MS });
      if (intents.length === 0) return;
      // All at once, as the shell does.
      for (const { draft, expected } of intents)
        if (log.append(draft, expected) === undefined) throw new Error(`${draft.name}: conflict without a rival`);
    }
    throw new Error('never settles');
  };

  announce();
  for (let operation = 0; operation < OPERATIONS; operation += 1) {
    now += random(200);
    log.now = now;
    const kind = random(100);
    if (kind < 55) {
      const runId = `r${(asked += 1)}`;
      open.push(runId);
      log.request(runId, { sharing: 'allowed', deadline: FAR, leaseExpiresAt: FAR, suiteId: `s${random(5)}` });
    } else if (kind < 98) {
      const [runId] = open.splice(random(open.length), 1);
      if (runId !== undefined) log.release(runId);
      if (runId !== undefined && kind < 70) log.fact('RunReleased', subjects.run(runId), {});
    } else {
      const cidr = `10.2.${random(255)}.${random(4) * 64}/26`;
      if (![...naive.owners.keys()].includes(cidr)) announce([{ cidr, by: 'a stranger' }]);
    }
    if (random(3) === 0) settle();
    else look();
    if (operation % 1_000 === 0) expect(workOf(state.work)).toEqual(naiveWork(state));
  }
  settle();
  const pool = state.pools.get('evt.pool.h.10-2-0-0_16');
  expect(pool?.granted).toBe(naive.owners.size);
  expect(holdersOf(state)).toEqual(new Map([...naive.owners].map(([cidr, runId]) => [runId, cidr])));
  const lately = [...naive.released].filter(
    ([cidr, at]) => at > now - QUARANTINE_MS && !naive.owners.has(cidr) && !naive.strangers.has(cidr),
  ).length;
  expect(pool?.quarantined(now - QUARANTINE_MS)).toBe(lately);
  expect((pool?.free(now - QUARANTINE_MS) ?? 0) + naive.owners.size + lately + naive.strangers.size).toBe(1024);
  const replayed = log.state();
  expect(replayed.pools.get('evt.pool.h.10-2-0-0_16')?.fingerprint()).toBe(pool?.fingerprint());
  expect(holdersOf(replayed)).toEqual(holdersOf(state));
  state = replayed;
  expect(workOf(state.work)).toEqual(naiveWork(state));
});
