import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseSuite } from '../parse/parse-suite.ts';
import { suiteArbitrary } from '../testing/suite-arbitrary.ts';
import type { Suite } from '../model/suite.ts';
import { machineSize } from './machine-size.ts';
import { plannedLifetimeMs } from './planned-lifetime.ts';
import { costProblems, suiteCost } from './suite-cost.ts';

const PRICES = { currency: 'RUB', coreHour: 1, memoryGbHour: 0.5, diskGbHour: 0.01, machineHour: 0.2 };
const HOUR = 3_600_000;
const timeouts = { queue: '24h', provision: '20m', database: '20m', workload: '1h', artifacts: '10m' };
const hardware = { cores: 2, memory: '4GB', disk: '50GB' };

function suiteOf(more: object = {}): Suite {
  const parsed = normaliseSuite({
    ...{
      apiVersion: 'benchbus.io/v1',
      kind: 'Suite',
      name: 'cloud',
      target: 'yandex',
      onInterrupt: 'repeat',
      timeouts,
      ...more,
    },
    tests: [
      {
        name: 'tpcb',
        database: {
          topology: { postgres: { version: '17' }, nodes: [{ name: 'pg', hardware, postgres: { role: 'primary' } }] },
        },
        workload: { tool: 'pgbench', scale: 1, clients: 1, duration: '10m', hardware },
        repeat: { times: 3, reset: 'server' },
      },
    ],
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.suite;
}

describe('what a suite costs', () => {
  it('is every machine for as long as it may live, of every run', () => {
    const suite = suiteOf();
    // 20 m + 20 m + 3 × 1 h + 10 m, and a margin of 10 m.
    expect(plannedLifetimeMs(suite.settings)).toBe(4 * HOUR);
    expect(plannedLifetimeMs({ ...suite.settings, onInterrupt: 'fail' })).toBe(2 * HOUR);
    const cost = suiteCost(suite, PRICES);
    const machine = { cores: 2, memory: 4, disk: 57 };
    expect(cost?.tests).toMatchObject([
      { runs: 3, machines: [{ node: 'pg', ...machine }, machine], cost: expect.closeTo(2 * 4 * 4.77) as number },
    ]);
    expect(cost?.cost).toBeCloseTo(3 * 2 * 4 * 4.77);
    expect(suiteCost(suite)).toMatchObject({ hoursPerRun: 4, cost: undefined });
  });

  it('is nothing on targets that bill nothing', () => {
    expect(suiteCost(suiteOf({ target: 'docker' }), PRICES)).toBeUndefined();
    expect(costProblems(suiteOf({ target: 'docker', maxCost: 1 }))).toEqual([]);
  });

  it('is less where the suite allows its runs less time', () => {
    const suite = suiteOf({ maxLifetime: '1h' });
    expect(suiteCost(suite, PRICES)?.cost).toBeCloseTo(3 * 2 * 4.77);
  });

  it('is refused above the limit of the suite, and where nobody knows it', () => {
    const code = (maxCost: number, prices?: typeof PRICES) => costProblems(suiteOf({ maxCost }), prices)[0]?.code;
    expect(code(115, PRICES)).toBeUndefined();
    expect(code(114, PRICES)).toBe('SUITE_TOO_COSTLY');
    expect(code(115)).toBe('SUITE_COST_UNKNOWN');
    expect(costProblems(suiteOf(), PRICES)).toEqual([]);
  });

  it('never shrinks with more time, of any suite', () => {
    fc.assert(
      fc.property(suiteArbitrary, fc.integer({ min: 1, max: 1e9 }), (any, maxLifetimeMs) => {
        const settings = { ...any.settings, target: 'yandex' as const };
        const free = suiteCost({ ...any, settings }, PRICES);
        const limited = suiteCost({ ...any, settings: { ...settings, maxLifetimeMs } }, PRICES);
        expect(limited?.cost ?? Infinity).toBeLessThanOrEqual(free?.cost ?? -1);
        expect(limited?.hoursPerRun).toBeLessThanOrEqual(maxLifetimeMs / HOUR);
      }),
      { numRuns: 50 },
    );
  });
});

it('a machine holds what its node was planned with', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.nat(2 ** 40),
      fc.nat(2 ** 42),
      (cores, memoryBytes, diskBytes) => {
        const size = machineSize({ hardware: { cores, memoryBytes, diskBytes } });
        expect(size.cores).toBeGreaterThanOrEqual(cores);
        expect(size.cores % 2).toBe(0);
        expect(size.memory * 2 ** 30).toBeGreaterThanOrEqual(memoryBytes);
        expect(size.disk * 2 ** 30).toBeGreaterThan(diskBytes);
      },
    ),
  );
});

it('maxLifetime has to leave room for a run’s measurements and its keep time', () => {
  const problems = (more: object) => {
    const parsed = normaliseSuite({ ...(JSON.parse(JSON.stringify(document(more))) as object) });
    return parsed.ok ? [] : parsed.problems.map(({ code, where }) => `${code} ${where}`);
  };
  const document = (more: object) => ({
    ...{ apiVersion: 'benchbus.io/v1', kind: 'Suite', name: 'x', ...more },
    tests: [
      {
        name: 't',
        database: { topology: { postgres: { version: '17' }, nodes: [{ name: 'pg', postgres: { role: 'primary' } }] } },
        workload: { tool: 'pgbench', warmup: '0s', duration: '10m' },
      },
    ],
  });
  expect(problems({ maxLifetime: '11m' })).toEqual([]);
  expect(problems({ maxLifetime: '10m' })).toEqual(['SUITE_INVALID_VALUE maxLifetime']);
  expect(problems({ maxLifetime: '30m', keep: { when: 'always', for: '20m' } })).toEqual([
    'SUITE_INVALID_VALUE maxLifetime',
  ]);
  expect(problems({ maxLifetime: '31m', keep: { when: 'always', for: '20m' } })).toEqual([]);
});
