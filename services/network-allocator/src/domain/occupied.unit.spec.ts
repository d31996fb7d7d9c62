import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { subjects } from '@benchbus/events';
import { naiveWork, workOf } from '../testing/naive-work.ts';
import { GIB, NOW, TestLog } from '../testing/test-log.ts';
import { formatCidr, overlaps, parseCidr } from './cidr.ts';
import { nextDeadline } from './decide-rejections.ts';
import { DEFAULT_RULES } from './intent.ts';

const POOL = 'evt.pool.vpc.10-2-0-0_20';
const SUBNET_TAKEN = { code: 'SUBNET_TAKEN', message: 'network x has it' };
const range = (cidr: string) => parseCidr(cidr) ?? { first: 0, prefix: 0 };

/** Hosts that share a pool of 16 blocks, of a VPC. */
function world() {
  const log = new TestLog();
  log.now = NOW;
  const says = (hostId: string, occupied: readonly string[], exclusions: readonly string[] = []): void => {
    const pool = { cidr: '10.2.0.0/20', blockPrefix: 24, scope: 'vpc', exclusions: [...exclusions] };
    log.host(hostId, {
      ...{ cores: 64, memoryBytes: 64 * GIB, targets: [{ name: 'docker', pool }] },
      occupied: occupied.map((cidr) => ({ cidr, by: 'a stranger' })),
    });
  };
  const settle = () => log.settle(log.now, DEFAULT_RULES);
  const ask = (runId: string) =>
    log.request(runId, { target: 'docker', sharing: 'allowed', deadline: '2099-01-01T00:00:00Z' });
  const isFree = (cidr: string): boolean =>
    [...(log.state().pools.get(POOL)?.freeBlocks(Infinity) ?? [])].some((block) => formatCidr(block) === cidr);
  return { log, says, settle, ask, isFree };
}

describe('what others use', () => {
  it('is free again when the host that said so does not say so any more', () => {
    const { log, says, settle, isFree } = world();
    says('h1', ['10.2.1.0/24', '10.2.2.7/32', '10.2.8.0/21']);
    settle();
    expect(log.last('BlocksOccupied').data.blocks).toContainEqual({
      ...{ cidr: '10.2.2.7/32', by: 'a stranger', source: 'host', hostId: 'h1' },
    });
    says('h1', ['10.2.8.0/21']);
    expect(settle().map(({ name }) => name)).toEqual(['BlocksVacated']);
    expect(log.last('BlocksVacated').data.blocks.map(({ cidr, hostId }) => `${cidr} ${hostId}`)).toEqual([
      '10.2.1.0/24 h1',
      '10.2.2.7/32 h1',
    ]);
    expect(['10.2.1.0/24', '10.2.2.0/24', '10.2.9.0/24'].map(isFree)).toEqual([true, true, false]);
    log.fact('HostLeft', subjects.host('h1'), { reason: 'test' });
    // Nobody announces the pool: nothing is said of it.
    expect(settle()).toEqual([]);
  });

  it('stays so while another host, or the operator, says so', () => {
    const { log, says, settle, isFree } = world();
    says('h1', ['10.2.1.0/24'], ['10.2.3.0/24']);
    says('h2', ['10.2.0.0/22'], ['10.2.5.0/24']);
    settle();
    says('h1', []);
    settle();
    expect(['10.2.1.0/24', '10.2.3.0/24', '10.2.5.0/24'].map(isFree)).toEqual([false, false, false]);
    says('h2', [], ['10.2.5.0/24']);
    settle();
    expect(['10.2.1.0/24', '10.2.3.0/24', '10.2.5.0/24'].map(isFree)).toEqual([true, true, false]);
    log.fact('HostLeft', subjects.host('h2'), { reason: 'test' });
    settle();
    expect(isFree('10.2.5.0/24')).toBe(true);
  });

  it('leaves a block to the run that has it, and keeps its quarantine', () => {
    const { log, says, settle, ask, isFree } = world();
    says('h1', []);
    ask('r1');
    settle();
    expect(log.last('NetworkReserved').data.cidr).toBe('10.2.0.0/24');
    says('h1', ['10.2.0.0/20']);
    settle();
    log.release('r1');
    settle();
    says('h1', []);
    settle();
    const pool = log.state().pools.get(POOL);
    expect([pool?.free(log.now - DEFAULT_RULES.quarantineMs), pool?.quarantined(log.now - 60_000)]).toEqual([15, 1]);
    expect(isFree('10.2.0.0/24')).toBe(true);
    ask('r2');
    settle();
    says('h1', ['10.2.0.0/20']);
    settle();
    says('h1', []);
    settle();
    expect([...(log.state().pools.get(POOL)?.grantedBlocks() ?? [])]).toEqual([1]);
  });

  it('was found taken: is free again after a while, which the allocator does not sleep through; not while a host lists it', () => {
    const { log, says, settle, ask, isFree } = world();
    says('h1', []);
    for (const runId of ['r1', 'r2']) ask(runId);
    settle();
    for (const [runId, cidr] of [
      ['r1', '10.2.0.0/24'],
      ['r2', '10.2.1.0/24'],
    ] as const) {
      log.deploy(runId, 'h1', cidr);
      // The host looks before it says that the deployment failed: what it finds on the block is not the run's.
      if (runId === 'r2') says('h1', ['10.2.1.64/26']);
      log.fact('DeploymentFailed', subjects.deployment(runId), { attempt: 1, problem: SUBNET_TAKEN });
      log.over(runId);
      log.destroyed(runId);
      settle();
    }
    const known = log.events.flatMap((event) => (event.name === 'BlocksOccupied' ? event.data.blocks : []));
    expect(known.map(({ cidr, source }) => `${cidr} ${source}`)).toEqual([
      '10.2.0.0/24 creation',
      '10.2.1.64/26 host',
      '10.2.1.0/24 creation',
    ]);
    expect(nextDeadline(log.state(), log.now, DEFAULT_RULES)).toBe(log.now + DEFAULT_RULES.takenMs);
    log.now += DEFAULT_RULES.takenMs - 1;
    expect(settle()).toEqual([]);
    log.now += 1;
    expect(settle().map(({ name }) => name)).toEqual(['BlocksVacated']);
    expect(['10.2.0.0/24', '10.2.1.0/24'].map(isFree)).toEqual([true, false]);
    expect(nextDeadline(log.state(), log.now, DEFAULT_RULES)).toBeUndefined();
    says('h1', []);
    settle();
    expect(isFree('10.2.1.0/24')).toBe(true);
  });

  it('is of old facts that say not whose word they are: as what was found taken', () => {
    const { log, says, settle, isFree } = world();
    says('h1', []);
    settle();
    log.fact('BlocksOccupied', POOL, { blocks: [{ cidr: '10.2.1.0/24', by: 'a route' }] });
    expect([settle(), isFree('10.2.1.0/24')]).toEqual([[], false]);
    log.now += DEFAULT_RULES.takenMs;
    settle();
    expect(isFree('10.2.1.0/24')).toBe(true);
  });

  it('is the union of what each source said last, whatever was said before, and never what a run has', () => {
    const cidrs = fc
      .tuple(fc.nat({ max: 15 }), fc.integer({ min: 20, max: 27 }))
      .map(([block, prefix]) => formatCidr(range(`10.2.${block}.128/${prefix}`)));
    const host = fc.constantFrom('h1', 'h2', 'h3');
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          what: fc.constant('says' as const),
          host,
          cidrs: fc.array(cidrs, { maxLength: 4 }),
          excluded: fc.array(cidrs, { maxLength: 1 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ what: fc.constant('leaves' as const), host }) },
      {
        weight: 3,
        arbitrary: fc.record({
          what: fc.constantFrom('ask' as const, 'release' as const, 'taken' as const),
          run: fc.nat({ max: 5 }),
        }),
      },
      { weight: 2, arbitrary: fc.record({ what: fc.constant('waits' as const), ms: fc.nat({ max: 700_000 }) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 4, maxLength: 40 }), (steps) => {
        const { log, says, settle, ask } = world();
        /** Host → what it said last; block → when it was found taken; run → its block. */
        const words = new Map<string, string[]>();
        /** Host → what it listed last and was taken for a run's own. */
        const runsOwn = new Map<string, string[]>();
        const found = new Map<string, number>();
        const held = new Map<string, string>();
        const seen = new Set<string>();
        says('h0', []);
        words.set('h0', []);
        for (const [number, one] of steps.entries()) {
          if (one.what === 'says') {
            says(one.host, one.cidrs, one.excluded);
            // A part of a block that a run has, listed by a host, is the run's own.
            const own = [...held.values()].map(range);
            const foreign = one.cidrs.filter(
              (cidr) => !own.some((block) => block.prefix <= range(cidr).prefix && overlaps(block, range(cidr))),
            );
            words.set(one.host, [...foreign, ...one.excluded]);
            runsOwn.set(
              one.host,
              one.cidrs.filter((cidr) => !foreign.includes(cidr)),
            );
          } else if (one.what === 'leaves') {
            runsOwn.delete(one.host);
            if (words.delete(one.host)) log.fact('HostLeft', subjects.host(one.host), { reason: 'test' });
          } else if (one.what === 'waits') log.now += one.ms;
          else if (one.what === 'ask') {
            const runId = `r${one.run}-${number}`;
            if (![...held.keys()].some((run) => run.startsWith(`r${one.run}-`))) ask(runId);
          } else {
            const [runId, cidr] = [...held].find(([run]) => run.startsWith(`r${one.run}-`)) ?? [];
            if (runId === undefined || cidr === undefined) continue;
            held.delete(runId);
            if (one.what === 'taken') {
              log.deploy(runId, 'h0', cidr);
              log.fact('DeploymentFailed', subjects.deployment(runId), { attempt: 1, problem: SUBNET_TAKEN });
              log.over(runId);
              log.destroyed(runId);
              found.set(cidr, log.now);
              // What hosts listed on it was not the run's, then.
              for (const [host, listed] of runsOwn)
                words.get(host)?.push(...listed.filter((part) => overlaps(range(part), range(cidr))));
            } else log.release(runId);
          }
          for (const event of settle()) {
            if (event.name !== 'NetworkReserved') continue;
            const { cidr } = event.data;
            expect(seen.has(`${cidr}`) && [...held.values()].includes(cidr)).toBe(false);
            seen.add(cidr);
            held.set(event.subject.split('.')[2] ?? '', cidr);
          }
          const state = log.state();
          const pool = state.pools.get(POOL);
          if (pool === undefined) throw new Error('no pool');
          const used = [
            ...[...words.values()].flat(),
            ...held.values(),
            ...[...found].filter(([, at]) => at + DEFAULT_RULES.takenMs > log.now).map(([cidr]) => cidr),
          ].map(range);
          const free = Array.from({ length: 16 }, (_, index) => pool.blockAt(index)).filter(
            (block) => !used.some((one) => overlaps(one, block)),
          );
          const granted = [...pool.grantedBlocks()].map((index) => formatCidr(pool.blockAt(index)));
          expect(new Set(granted)).toEqual(new Set(held.values()));
          expect([...pool.freeBlocks(Infinity)].map(formatCidr).sort()).toEqual(free.map(formatCidr).sort());
          expect(workOf(state.work)).toEqual(naiveWork(state));
        }
      }),
      { numRuns: 150 },
    );
  });
});
