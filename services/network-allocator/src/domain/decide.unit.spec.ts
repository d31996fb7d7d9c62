import { describe, expect, it } from 'vitest';
import { subjects } from '@benchbus/events';
import { GIB, LATER, NOW, TestLog } from '../testing/test-log.ts';
import { decide } from './decide.ts';
import { nextDeadline } from './decide-rejections.ts';
import { evolve } from './evolve.ts';
import { DEFAULT_RULES } from './intent.ts';
import { noteForeign } from './reservations.ts';

/** Whose word it is that a block is used. */
const ofHost = { source: 'host', hostId: 'h1' };
const AFTER_DEADLINE = Date.parse('2026-06-01T12:05:00Z');

function ready(...hosts: string[]): TestLog {
  const log = new TestLog();
  for (const host of hosts) log.host(host);
  log.settle();
  return log;
}

const outcome = (log: TestLog): string[] =>
  log.settle().map((event) => `${event.name} ${event.subject.split('.').slice(2).join('.')}`);

describe('pools', () => {
  it('defines an announced pool once, in its canonical spelling, and occupies what the host says', () => {
    const log = new TestLog();
    const targets = [{ name: 'local' as const, pool: { cidr: '10.2.7.1/16', blockPrefix: 24 } }];
    const occupied = [
      { cidr: '10.2.9.0/26', by: 'eth0' },
      { cidr: '192.168.0.0/16', by: 'eth1' },
    ];
    log.host('h1', { targets, occupied });
    expect(outcome(log)).toEqual(['PoolDefined h1.10-2-0-0_16', 'BlocksOccupied h1.10-2-0-0_16']);
    expect(log.last('BlocksOccupied').data.blocks).toEqual([{ cidr: '10.2.9.0/26', by: 'eth0', ...ofHost }]);
    log.host('h1', { targets, occupied });
    expect(outcome(log)).toEqual([]);
    log.host('h1', { targets, occupied: [{ cidr: '10.0.0.0/8', by: 'vpn' }] });
    expect(outcome(log)).toEqual(['BlocksOccupied h1.10-2-0-0_16']);
    log.request('r1');
    expect(outcome(log)).toEqual([]);
  });

  it("does not take a run's own block for a stranger's when the host lists it", () => {
    const log = ready('h1');
    log.request('r1');
    log.settle();
    const { cidr } = log.last('NetworkReserved').data;
    log.host('h1', { occupied: [{ cidr, by: 'the bridge of r1' }] });
    expect(outcome(log)).toEqual([]);
    log.release('r1');
    expect(outcome(log)).toEqual(['BlocksReleased h1.127-64-0-0_16', 'CapacityReleased h1', 'NetworkReleased r1']);
  });

  it('occupies at once what is free of a range that exists, and the block that a run has there when it is given back', () => {
    const log = ready('h1');
    for (const runId of ['r1', 'r2', 'r3']) log.request(runId, { sharing: 'allowed' });
    log.settle();
    log.release('r1');
    log.release('r3');
    log.settle();
    // r2 has 127.64.1.0/24.
    log.host('h1', { occupied: [{ cidr: '127.64.0.0/22', by: 'a route' }] });
    log.settle();
    expect(log.last('BlocksOccupied').data.blocks).toEqual([
      { cidr: '127.64.0.0/24', by: 'a route', ...ofHost },
      { cidr: '127.64.2.0/23', by: 'a route', ...ofHost },
    ]);
    log.release('r2');
    log.settle();
    expect(log.last('BlocksOccupied').data.blocks).toEqual([{ cidr: '127.64.0.0/22', by: 'a route', ...ofHost }]);
    expect(log.state().pools.get('evt.pool.h1.127-64-0-0_16')?.occupied).toBe(4);
    expect(outcome(log)).toEqual([]);
  });

  it('ignores a pool that cannot be', () => {
    const log = new TestLog();
    log.host('h1', { targets: [{ name: 'local', pool: { cidr: '10.2.0.0/24', blockPrefix: 16 } }] });
    expect(outcome(log)).toEqual([]);
  });

  it('never overlaps blocks of an older pool whose borders changed', () => {
    const log = new TestLog();
    log.host('h1', { targets: [{ name: 'local', pool: { cidr: '10.2.0.0/22', blockPrefix: 24 } }] });
    log.request('r1', { sharing: 'allowed' });
    log.settle();
    expect(log.last('NetworkReserved').data.cidr).toBe('10.2.0.0/24');
    log.host('h1', { targets: [{ name: 'local', pool: { cidr: '10.2.0.0/16', blockPrefix: 24 } }] });
    log.request('r2', { sharing: 'allowed' });
    log.settle();
    expect(log.last('NetworkReserved').data.cidr).toBe('10.2.1.0/24');
  });

  it('does not grant what others reserved outside the log, for as long as they do', () => {
    const log = new TestLog();
    log.host('h1', { targets: [{ name: 'local', pool: { cidr: '127.64.0.0/23', blockPrefix: 24 } }] });
    log.settle();
    log.request('r1', { sharing: 'allowed' });
    log.request('r2', { sharing: 'allowed' });
    const place = { target: 'local', hosts: ['h1'] } as const;
    const state = log.state();
    noteForeign(state, place, ['127.64.0.0/24', 'rubbish']);
    const granted: string[] = [];
    const settle = (): void => {
      for (let [intent] = decide(state, NOW); intent !== undefined; [intent] = decide(state, NOW)) {
        const event = log.append(intent.draft, intent.expected);
        if (event === undefined) throw new Error('conflict without a rival');
        if (event.name === 'BlocksGranted') granted.push(...event.data.grants.map(({ cidr }) => cidr));
        evolve(state, event);
      }
    };
    settle();
    expect(granted).toEqual(['127.64.1.0/24']);
    const [late] = decide(state, AFTER_DEADLINE);
    expect(late?.draft).toMatchObject({ name: 'NetworkRejected', subject: 'evt.network.r2' });
    expect(JSON.stringify(late?.draft.data)).toContain('of 2 of 127.64.0.0/23 1 are reserved, 0 just released, 1 used');
    noteForeign(state, place, []);
    settle();
    expect(granted).toEqual(['127.64.1.0/24', '127.64.0.0/24']);
    expect(log.names()).not.toContain('BlocksOccupied');
  });

  it('never overlaps blocks of the pool that was the host own one before it was the one of a VPC', () => {
    const log = new TestLog();
    const offer = { cidr: '10.2.0.0/16', blockPrefix: 24 };
    log.host('h1', { targets: [{ name: 'yandex', pool: offer }] });
    log.request('r1', { target: 'yandex' });
    log.settle();
    expect(log.last('NetworkReserved').data).toMatchObject({ cidr: '10.2.0.0/24', pool: { scope: 'h1' } });
    log.host('h1', { targets: [{ name: 'yandex', pool: { ...offer, scope: 'vpc-n1' } }] });
    log.request('r2', { target: 'yandex' });
    log.settle();
    expect(log.last('NetworkReserved').data).toMatchObject({ cidr: '10.2.1.0/24', pool: { scope: 'vpc-n1' } });
  });
});

describe('grants', () => {
  it('grants capacity, then a block, then reserves', () => {
    const log = ready('h1');
    log.request('r1');
    expect(outcome(log)).toEqual(['CapacityGranted h1', 'BlocksGranted h1.127-64-0-0_16', 'NetworkReserved r1']);
    expect(log.last('NetworkReserved').data).toEqual({
      attempt: 1,
      hostId: 'h1',
      cidr: '127.64.0.0/24',
      pool: { scope: 'h1', cidr: '127.64.0.0/16' },
      leaseExpiresAt: LATER,
    });
  });

  it('goes on from every crash between the appends', () => {
    for (const done of [0, 1, 2]) {
      const log = ready('h1');
      log.request('r1');
      for (let step = 0; step < done; step += 1) {
        const [intent] = log.next();
        if (intent) log.append(intent.draft, intent.expected);
      }
      expect(outcome(log)).toHaveLength(3 - done);
      expect(log.last('NetworkReserved').data.cidr).toBe('127.64.0.0/24');
    }
  });

  it('lets an exclusive run have a host for itself, and the next wait for it', () => {
    const log = ready('h1');
    log.request('r1');
    log.request('r2', { sharing: 'allowed' });
    log.settle();
    expect(log.state().capacities.get('h1')?.grants.size).toBe(1);
    log.release('r1');
    expect(outcome(log).at(-1)).toBe('NetworkReserved r2');
  });

  it('shares a host while cores and memory last', () => {
    const log = ready('h1');
    for (const runId of ['r1', 'r2', 'r3']) log.request(runId, { sharing: 'allowed', cores: 2, memoryBytes: GIB });
    log.settle();
    expect([...(log.state().capacities.get('h1')?.grants.keys() ?? [])]).toEqual(['r1', 'r2']);
    const memory = ready('h1');
    for (const runId of ['r1', 'r2']) memory.request(runId, { sharing: 'allowed', memoryBytes: 5 * GIB });
    memory.settle();
    expect([...(memory.state().capacities.get('h1')?.grants.keys() ?? [])]).toEqual(['r1']);
  });

  it('does not let an exclusive run starve behind later runs that share', () => {
    const log = ready('h1');
    log.request('s1', { sharing: 'allowed' });
    log.settle();
    log.request('x1');
    log.request('s2', { sharing: 'allowed' });
    expect(outcome(log)).toEqual([]);
    log.release('s1');
    expect(outcome(log).at(-1)).toBe('NetworkReserved x1');
    log.release('x1');
    expect(outcome(log).at(-1)).toBe('NetworkReserved s2');
  });

  it('lets later runs use the hosts the waiting one has not claimed', () => {
    const log = ready('h1', 'h2');
    log.request('s1', { sharing: 'allowed', leaseExpiresAt: '2026-06-01T13:00:00.000Z' });
    log.settle();
    log.request('s2', { sharing: 'allowed', cores: 4 });
    log.settle();
    log.request('x1');
    log.request('s3', { sharing: 'allowed' });
    log.settle();
    const hosts = [...log.state().capacities.values()].map(({ grants }) => [...grants.keys()]);
    expect(hosts).toEqual([['s1'], ['s2']]);
    // x1 waits for h1, whose lease ends first: s3 may not go there. When h2 is empty first, x1 goes there, and s3 to h1.
    log.release('s2');
    expect(outcome(log).filter((line) => line.startsWith('NetworkReserved'))).toEqual([
      'NetworkReserved x1',
      'NetworkReserved s3',
    ]);
    expect(log.last('NetworkReserved').data.hostId).toBe('h1');
  });

  it('scales the demand down to the host with hardwarePolicy clamp', () => {
    const log = ready('h1');
    log.request('r1', { hardwarePolicy: 'clamp', cores: 64, memoryBytes: 64 * GIB });
    log.settle();
    expect(log.last('CapacityGranted').data.grants[0]).toMatchObject({ cores: 4, memoryBytes: 8 * GIB });
  });

  it('answers a new attempt with what the run holds already', () => {
    const log = ready('h1');
    log.request('r1');
    log.settle();
    log.request('r1', { attempt: 2 });
    expect(outcome(log)).toEqual(['NetworkReserved r1']);
    expect(log.last('NetworkReserved').data).toMatchObject({ attempt: 2, cidr: '127.64.0.0/24' });
  });

  it('waits for a host that left to come back, and gives back what it held there at the deadline', () => {
    const log = ready('h1');
    log.request('r1');
    const [intent] = log.next();
    if (intent) log.append(intent.draft, intent.expected);
    log.fact('HostLeft', subjects.host('h1'), { reason: 'test' });
    expect(outcome(log)).toEqual([]);
    const back = new TestLog();
    for (const event of log.events) back.append(event);
    back.host('h1');
    expect(outcome(back).at(-1)).toBe('NetworkReserved r1');
    expect(log.settle(AFTER_DEADLINE).map(({ name }) => name)).toEqual(['NetworkRejected', 'CapacityReleased']);
    expect(log.last('NetworkRejected').data.problem.code).toBe('NO_HOST');
  });

  it('gives back what two replicas granted twice, once one of them is reserved', () => {
    const log = ready('h1', 'h2');
    log.request('r1');
    const data = {
      runId: 'r1',
      attempt: 1,
      cores: 1,
      memoryBytes: 0,
      sharing: 'exclusive' as const,
      leaseExpiresAt: LATER,
    };
    for (const host of ['h1', 'h2']) log.fact('CapacityGranted', subjects.capacity(host), { grants: [data] });
    const names = outcome(log);
    expect(names).toHaveLength(3);
    expect(names.slice(1)).toEqual(['NetworkReserved r1', 'CapacityReleased h2']);
  });

  it('never uses for one attempt what an earlier one left', () => {
    const log = ready('h1');
    log.request('r1');
    const [intent] = log.next();
    if (intent) log.append(intent.draft, intent.expected);
    log.request('r1', { attempt: 2 });
    expect(outcome(log)).toEqual([
      'CapacityReleased h1',
      'CapacityGranted h1',
      'BlocksGranted h1.127-64-0-0_16',
      'NetworkReserved r1',
    ]);
  });

  it('gives the same decision the same id, and a later one another', () => {
    const log = ready('h1');
    log.request('r1');
    expect(log.next()).toEqual(log.next());
    const first = log.next()[0]?.draft;
    log.settle();
    log.over('r1');
    log.release('r1');
    log.settle();
    log.request('r2');
    const second = log.next()[0]?.draft;
    expect(second?.name).toBe(first?.name);
    expect(second?.discriminator).not.toBe(first?.discriminator);
  });
});

describe('rejections', () => {
  it('waits for a host until the deadline, then says which were there', () => {
    const log = ready('h1');
    log.request('r1', { target: 'docker' });
    expect(outcome(log)).toEqual([]);
    expect(nextDeadline(log.state(), NOW, DEFAULT_RULES)).toBe(AFTER_DEADLINE);
    log.settle(AFTER_DEADLINE);
    expect(log.last('NetworkRejected').data.problem).toMatchObject({ code: 'NO_HOST' });
    expect(log.last('NetworkRejected').data.problem.message).toContain('h1 (local)');
    expect(nextDeadline(log.state(), NOW, DEFAULT_RULES)).toBeUndefined();
  });

  it('times out in the queue, and gives back what was half granted', () => {
    const log = ready('h1');
    log.request('r1');
    log.settle();
    log.request('r2');
    log.settle(AFTER_DEADLINE);
    expect(log.last('NetworkRejected').data).toMatchObject({ attempt: 1, problem: { code: 'QUEUE_TIMEOUT' } });
    expect(log.last('NetworkRejected').data.problem.message).toContain('was used by r1');
    log.request('r2', { attempt: 2, deadline: LATER });
    log.release('r1');
    expect(outcome(log).at(-1)).toBe('NetworkReserved r2');
  });

  it('refuses too small a block at once, with the numbers', () => {
    const log = new TestLog();
    log.host('h1', { targets: [{ name: 'local', pool: { cidr: '10.2.0.0/24', blockPrefix: 29 } }] });
    log.request('r1', { addresses: 4 });
    log.settle();
    expect(log.last('NetworkRejected').data.problem).toMatchObject({
      code: 'BLOCK_TOO_SMALL',
      message: 'the run needs 4 addresses, one for each node: h1 has blocks of /29 with 3',
    });
  });

  it('refuses hardware no host of the target could ever have, at once', () => {
    const log = ready('h1');
    log.request('r1', { cores: 5 });
    log.settle();
    expect(log.last('NetworkRejected').data.problem.code).toBe('HW_EXCEEDS_HOST');
    const busy = ready('h1');
    busy.request('r1');
    busy.settle();
    busy.request('r2', { cores: 4 });
    expect(outcome(busy)).toEqual([]);
  });
});

describe('releases', () => {
  function deployed(): TestLog {
    const log = ready('h1');
    log.request('r1');
    log.settle();
    const { hostId, cidr } = log.last('NetworkReserved').data;
    log.deploy('r1', hostId, cidr);
    return log;
  }

  it('keeps everything while a deployment may exist', () => {
    const log = deployed();
    log.over('r1');
    log.release('r1');
    expect(log.settle(Date.parse(LATER) + 1)).toEqual([]);
    log.destroyed('r1');
    expect(outcome(log)).toEqual(['BlocksReleased h1.127-64-0-0_16', 'CapacityReleased h1', 'NetworkReleased r1']);
    expect(log.last('NetworkReleased').data).toEqual({ hostId: 'h1', cidr: '127.64.0.0/24' });
    log.destroyed('r1');
    expect(outcome(log)).toEqual([]);
  });

  it('keeps everything while the run goes on, though a deployment of it was destroyed', () => {
    const log = deployed();
    log.destroyed('r1');
    expect(outcome(log)).toEqual([]);
    log.over('r1');
    expect(outcome(log)).toHaveLength(3);
  });

  it('goes on from every crash between the appends', () => {
    for (const done of [1, 2]) {
      const log = deployed();
      log.over('r1');
      log.destroyed('r1');
      for (let step = 0; step < done; step += 1) {
        const [intent] = log.next();
        if (intent) log.append(intent.draft, intent.expected);
      }
      expect(outcome(log)).toHaveLength(3 - done);
    }
  });

  it('ends a run that never got anything', () => {
    const log = ready();
    log.release('r1');
    expect(outcome(log)).toEqual(['NetworkReleased r1']);
    expect(log.last('NetworkReleased').data).toEqual({});
  });

  it('gives back at once what a cancelled run got by halves', () => {
    const log = ready('h1');
    log.request('r1');
    for (let step = 0; step < 2; step += 1) {
      const [intent] = log.next();
      if (intent) log.append(intent.draft, intent.expected);
    }
    log.over('r1');
    expect(outcome(log)).toEqual(['BlocksReleased h1.127-64-0-0_16', 'CapacityReleased h1']);
    log.release('r1');
    expect(outcome(log)).toEqual(['NetworkReleased r1']);
  });

  it('undoes what a slow replica granted after the release, and forgets the run', () => {
    const log = ready('h1');
    log.request('r1');
    const [late] = log.next();
    log.over('r1');
    log.release('r1');
    log.settle();
    log.fact('RunReleased', subjects.run('r1'), {});
    expect(log.state().runs.size).toBe(0);
    if (late) log.append(late.draft, late.expected);
    expect(outcome(log)).toEqual(['CapacityReleased h1']);
    expect(log.state().runs.size).toBe(0);
  });
});
