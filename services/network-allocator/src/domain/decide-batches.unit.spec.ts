import { subjects } from '@benchbus/events';
import { describe, expect, it } from 'vitest';
import { holdings } from '../testing/holdings.ts';
import { GIB, LATER, NOW, TEST_RULES, TestLog } from '../testing/test-log.ts';
import { decide } from './decide.ts';
import { MOST_AT_ONCE } from './intent.ts';

const shared = { sharing: 'allowed', cores: 0.1, memoryBytes: 1, deadline: LATER } as const;
const big = { cores: 1_000, memoryBytes: 1_000 * GIB };

function ready(more: Parameters<TestLog['host']>[1] = {}): TestLog {
  const log = new TestLog();
  log.host('h1', { ...big, ...more });
  log.settle();
  return log;
}

const granted = (log: TestLog): string[] =>
  log.events.flatMap((event) => (event.name === 'NetworkReserved' ? [event.subject.slice('evt.network.'.length)] : []));

describe('together', () => {
  it('grants what waits in one fact for the host and one for the pool, and releases it so', () => {
    const log = ready();
    const runs = Array.from({ length: 20 }, (_, index) => `r${index}`);
    for (const run of runs) log.request(run, shared);
    log.settle();
    expect(log.names().filter((name) => /Granted/.test(name))).toEqual(['CapacityGranted', 'BlocksGranted']);
    expect(new Set(log.last('BlocksGranted').data.grants.map(({ cidr }) => cidr)).size).toBe(20);
    for (const run of runs) log.release(run);
    log.settle();
    expect(log.names().filter((name) => /(Blocks|Capacity)Released/.test(name))).toEqual([
      'BlocksReleased',
      'CapacityReleased',
    ]);
    expect(log.names().filter((name) => name === 'NetworkReleased')).toHaveLength(20);
  });

  it('tells traces which suites a fact is about, and whose fact an answer goes on from', () => {
    const log = ready();
    log.request('r1', { ...shared, suiteId: 'a' });
    log.request('r2', { ...shared, suiteId: 'b' });
    const drafts: Record<string, unknown> = {};
    for (let [intent] = log.next(); intent !== undefined; [intent] = log.next()) {
      drafts[`${intent.draft.name} of ${intent.draft.correlation}`] = intent.draft.traced;
      if (log.append(intent.draft, intent.expected) === undefined) throw new Error('conflict without a rival');
    }
    const { id: eventId } = log.last('BlocksGranted');
    expect(drafts).toEqual({
      'CapacityGranted of a': { suites: ['a', 'b'] },
      'BlocksGranted of a': { suites: ['a', 'b'] },
      'NetworkReserved of a': { after: { eventId, suite: 'a' } },
      'NetworkReserved of b': { after: { eventId, suite: 'a' } },
    });
  });

  it('keeps a fact small, and serves the rest with the next', () => {
    const log = ready({ targets: [{ name: 'local', pool: { cidr: '10.0.0.0/16', blockPrefix: 26 } }] });
    for (let index = 0; index < MOST_AT_ONCE + 10; index += 1) log.request(`r${index}`, shared);
    log.settle();
    const sizes = log.events.flatMap((event) => (event.name === 'BlocksGranted' ? [event.data.grants.length] : []));
    expect(sizes).toEqual([MOST_AT_ONCE, 10]);
  });

  it('takes no more hosts than there are blocks, and no more blocks than are free', () => {
    const log = ready({ targets: [{ name: 'local', pool: { cidr: '10.0.0.0/22', blockPrefix: 24 } }] });
    for (let index = 0; index < 6; index += 1) log.request(`r${index}`, shared);
    log.settle();
    expect(granted(log)).toEqual(['r0', 'r1', 'r2', 'r3']);
    expect(log.state().capacities.get('h1')?.grants.size).toBe(4);
    log.release('r0');
    log.settle();
    expect(granted(log).at(-1)).toBe('r4');
  });

  it('decides for each aggregate once, and not for those that are busy', () => {
    const log = ready();
    for (const run of ['r1', 'r2']) log.request(run, shared);
    for (let step = 0; step < 2; step += 1) {
      const [intent] = log.next();
      if (intent) log.append(intent.draft, intent.expected);
    }
    const intents = log.next();
    expect(intents.map(({ draft }) => draft.subject)).toEqual(['evt.network.r1', 'evt.network.r2']);
    const busy = new Set(['evt.network.r1']);
    expect(
      decide(log.state(), NOW, { ...TEST_RULES, quarantineMs: 0, busy }).map(({ draft }) => draft.subject),
    ).toEqual(['evt.network.r2']);
  });
});

describe('quarantine', () => {
  it('a released block waits before it is granted again, and so does the run', () => {
    const log = ready({ targets: [{ name: 'local', pool: { cidr: '10.0.0.0/24', blockPrefix: 24 } }] });
    log.request('r1', shared);
    log.settle();
    log.now = NOW;
    log.release('r1');
    log.settle(NOW);
    log.request('r2', shared);
    expect(log.settle(NOW + 59_999)).toEqual([]);
    log.settle(NOW + 60_000);
    expect(granted(log)).toEqual(['r1', 'r2']);
  });
});

describe('turns', () => {
  it("a suite of many runs does not keep another suite's single run waiting for more than one of them", () => {
    const log = ready();
    for (let index = 1; index <= 100; index += 1) log.request(`a${index}`, { suiteId: 'a', deadline: LATER });
    log.settle();
    log.request('b1', { suiteId: 'b', deadline: LATER });
    for (const run of ['a1', 'a2', 'b1', 'a3']) {
      expect(granted(log).at(-1)).toBe(run);
      log.release(run);
      log.settle();
    }
  });

  it('a run that waits for a block of one target does not hold up another target', () => {
    const pool = (cidr: string) => ({ cidr, blockPrefix: 24 });
    const log = ready({
      targets: [
        { name: 'yandex', pool: pool('10.2.0.0/24') },
        { name: 'local', pool: pool('127.64.0.0/16') },
      ],
    });
    for (const run of ['y1', 'y2']) log.request(run, { target: 'yandex', deadline: LATER });
    log.request('l1');
    log.settle();
    expect(granted(log)).toEqual(['y1', 'l1']);
  });
});

describe('pools of the operator', () => {
  const vpc = (exclusions: string[] = []) => ({ cidr: '10.2.0.0/23', blockPrefix: 24, scope: 'vpc-1', exclusions });

  it('two hosts of one VPC share its pool: no block twice', () => {
    const log = new TestLog();
    for (const host of ['h1', 'h2']) log.host(host, { ...big, targets: [{ name: 'yandex', pool: vpc() }] });
    for (const run of ['r1', 'r2', 'r3']) log.request(run, { target: 'yandex', sharing: 'allowed' });
    log.settle();
    expect(log.names().filter((name) => name === 'PoolDefined')).toHaveLength(1);
    expect(log.last('PoolDefined').data).toMatchObject({ scope: 'vpc-1', exclusions: [] });
    const cidrs = log.events.flatMap((event) => (event.name === 'NetworkReserved' ? [event.data.cidr] : []));
    expect(cidrs).toEqual(['10.2.0.0/24', '10.2.1.0/24']);
    log.release('r1');
    log.settle();
    expect(log.last('NetworkReserved').subject).toBe(subjects.network('r3'));
  });

  it('never grants what is excluded, at once or later', () => {
    const log = new TestLog();
    log.host('h1', { ...big, targets: [{ name: 'yandex', pool: vpc(['10.2.0.0/25']) }] });
    log.request('r1', { target: 'yandex' });
    log.settle();
    expect(log.last('NetworkReserved').data.cidr).toBe('10.2.1.0/24');
    log.release('r1');
    log.settle();
    log.host('h1', { ...big, targets: [{ name: 'yandex', pool: vpc(['10.2.0.0/25', '10.2.1.7/32']) }] });
    log.settle();
    expect(log.last('BlocksOccupied').data.blocks).toEqual([
      { cidr: '10.2.1.7/32', by: 'excluded by the operator', source: 'operator', hostId: 'h1' },
    ]);
    log.request('r2', { target: 'yandex' });
    expect(log.settle()).toEqual([]);
  });

  it('refuses a pool that overlaps another of its scope, with a code and the numbers; another scope may have it', () => {
    const log = new TestLog();
    const target = (name: 'local' | 'docker' | 'yandex', cidr: string, scope?: string) => ({
      name,
      pool: { cidr, blockPrefix: 24, ...(scope === undefined ? {} : { scope }) },
    });
    log.host('h1', { targets: [target('local', '10.2.0.0/16'), target('docker', '10.2.8.0/21')] });
    log.host('h2', { targets: [target('local', '10.2.0.0/16'), target('yandex', '10.2.8.0/21', 'vpc-1')] });
    log.request('r1', { target: 'docker' });
    log.settle();
    expect(log.names().filter((name) => name === 'PoolDefined')).toHaveLength(3);
    expect(log.last('NetworkRejected').data.problem).toMatchObject({
      code: 'POOL_OVERLAPS',
      message:
        'no pool of addresses of the target can be used: h1: 10.2.8.0/21 overlaps 10.2.0.0/16, another pool of scope h1',
    });
  });

  it('gives a run another block where a target found somebody else on the first, on a host that it has for itself', () => {
    const log = ready();
    log.request('r1');
    log.settle();
    const { hostId, cidr } = log.last('NetworkReserved').data;
    log.deploy('r1', hostId, cidr);
    const problem = { code: 'SUBNET_TAKEN', message: 'network x has it' };
    log.fact('DeploymentFailed', subjects.deployment('r1'), { attempt: 1, problem });
    log.settle();
    expect(log.last('BlocksOccupied').data.blocks).toEqual([{ cidr, by: 'network x has it', source: 'creation' }]);
    log.request('r1', { attempt: 2 });
    log.settle();
    const second = log.last('NetworkReserved').data;
    expect(second.attempt).toBe(2);
    expect(second.cidr).not.toBe(cidr);
    log.deploy('r1', second.hostId, second.cidr);
    log.over('r1');
    log.release('r1');
    expect(log.settle()).toEqual([]);
    log.destroyed('r1');
    log.settle();
    expect(holdings(log.events)).toMatchObject({ violations: [], held: [], released: new Set(['r1']) });
  });

  it('gives a block to nobody on which a target found somebody else', () => {
    const log = ready();
    log.request('r1', shared);
    log.settle();
    const { hostId, cidr } = log.last('NetworkReserved').data;
    log.deploy('r1', hostId, cidr);
    const problem = { code: 'SUBNET_TAKEN', message: 'network x has it' };
    log.fact('DeploymentFailed', subjects.deployment('r1'), { attempt: 1, problem });
    log.over('r1');
    log.destroyed('r1');
    log.settle();
    expect(log.last('BlocksOccupied').data.blocks).toEqual([{ cidr, by: 'network x has it', source: 'creation' }]);
    expect(log.settle()).toEqual([]);
    log.request('r2', shared);
    log.settle();
    expect(log.last('NetworkReserved').data.cidr).not.toBe(cidr);
  });

  it('rejects a request at once whose pool has a bad prefix, with the numbers', () => {
    const log = new TestLog();
    log.host('h1', { targets: [{ name: 'docker', pool: { cidr: '10.2.0.0/24', blockPrefix: 16 } }] });
    log.request('r1', { target: 'docker' });
    log.settle();
    expect(log.last('NetworkRejected').data.problem).toMatchObject({
      code: 'POOL_INVALID',
      message: expect.stringContaining('blocks of /16 do not fit into 10.2.0.0/24') as string,
    });
  });

  it("gives a block of the pool with the values that a predecessor's suite names, else of the target's own", () => {
    const log = new TestLog();
    const targets = [
      {
        name: 'docker' as const,
        pool: { cidr: '10.2.0.0/16', blockPrefix: 24 },
        otherPools: [{ cidr: '172.28.0.0/16', blockPrefix: 26 }],
      },
    ];
    log.host('h1', { ...big, targets });
    const ask = (run: string, cidr: string, blockPrefix: number) =>
      log.request(run, { ...shared, target: 'docker', pool: { cidr, blockPrefix } });
    ask('r1', '172.28.0.0/16', 26);
    ask('r2', '172.28.0.0/16', 24);
    log.settle();
    const cidrs = log.events.flatMap((event) => (event.name === 'NetworkReserved' ? [event.data.cidr] : []));
    expect(cidrs).toEqual(['172.28.0.0/26', '10.2.0.0/24']);
  });
});
