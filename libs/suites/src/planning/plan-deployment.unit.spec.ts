import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topologyOf } from '../model/database.ts';
import { contains } from '../network/cidr.ts';
import { exampleTest } from '../testing/example-suite.ts';
import { suiteArbitrary } from '../testing/suite-arbitrary.ts';
import { demandOf, sumOf } from './demand.ts';
import { planDeployment } from './plan-deployment.ts';
import type { Planned } from './plan-deployment.ts';
import { plan as planModel } from './plan.ts';

const hardware = { cores: 1, memoryBytes: 1e9, diskBytes: 5e9 };
const test = exampleTest({
  hardware,
  postgres: { settings: { shared_buffers: '8GB' } },
  nodes: [
    { name: 'b', hardware, postgres: { role: 'replica', settings: {} } },
    { name: 'a', hardware, postgres: { role: 'primary', settings: {} } },
  ],
});
const exampleTopology = topologyOf(test.database);
if (exampleTopology === undefined) throw new Error('an external database');
const large = { cores: 8, memoryBytes: 16e9 };
const codes = (planned: Planned) => (planned.ok ? [] : planned.problems.map(({ code }) => code));

describe('planDeployment', () => {
  it('places the nodes in their order, then load, from the fifth address on; connects to the primary', () => {
    const planned = planDeployment({ test, settings: { hardwarePolicy: 'reject' }, cidr: '10.2.7.0/29', host: large });
    if (!planned.ok) throw new Error(JSON.stringify(planned));
    expect(planned.plan.nodes.map(({ name, purpose, address }) => [name, purpose, address])).toEqual([
      ['b', 'database', '10.2.7.4'],
      ['a', 'database', '10.2.7.5'],
      ['load', 'load', '10.2.7.6'],
    ]);
    expect(planned.plan.connection).toEqual({ host: '10.2.7.5', port: 5432, user: 'postgres', database: 'postgres' });
    expect(planned.plan).not.toHaveProperty('clampedTo');
  });

  it('says all that is wrong: the block too small, the host too small, no primary', () => {
    const replicas = {
      ...test,
      database: { topology: { ...exampleTopology, nodes: exampleTopology.nodes.slice(0, 1) } },
    };
    const small = { cores: 1, memoryBytes: 16e9 };
    const planned = planDeployment({
      test: replicas,
      settings: { hardwarePolicy: 'reject' },
      cidr: '10.2.7.0/30',
      host: small,
    });
    expect(codes(planned)).toEqual(['BLOCK_TOO_SMALL', 'HW_EXCEEDS_HOST', 'NO_PRIMARY']);
  });

  it('takes a host that fits exactly, sums of fractions included', () => {
    const tenths = { ...hardware, cores: 0.1 };
    const nodes = exampleTopology.nodes.map((node) => ({ ...node, hardware: tenths }));
    const fits = {
      ...test,
      database: { topology: { ...exampleTopology, nodes } },
      workload: { ...test.workload, hardware: tenths },
    };
    const host = { cores: 0.3, memoryBytes: 3e9 };
    expect(
      codes(planDeployment({ test: fits, settings: { hardwarePolicy: 'reject' }, cidr: '10.0.0.0/28', host })),
    ).toEqual([]);
  });

  it('clamps all nodes by one factor to the host, leaves settings and disks as they are, and says so', () => {
    const host = { cores: 1.5, memoryBytes: 16e9 };
    const planned = planDeployment({ test, settings: { hardwarePolicy: 'clamp' }, cidr: '10.0.0.0/28', host });
    if (!planned.ok) throw new Error(JSON.stringify(planned));
    expect(planned.plan.clampedTo).toBe(0.5);
    for (const node of planned.plan.nodes)
      expect(node.hardware).toEqual({ cores: 0.5, memoryBytes: 5e8, diskBytes: 5e9 });
    expect(planned.plan.nodes[0]?.processes[0]).toMatchObject({ settings: { shared_buffers: '8GB' } });
  });

  it('is deterministic, valid, inside block and host, with unique addresses, for any suite', () => {
    const host = fc.record({
      cores: fc.integer({ min: 1, max: 64 }),
      memoryBytes: fc.integer({ min: 1e9, max: 2 ** 40 }),
    });
    fc.assert(
      fc.property(suiteArbitrary, host, fc.integer({ min: 24, max: 29 }), (suite, machine, prefix) => {
        for (const each of suite.tests) {
          const request = {
            test: each,
            settings: { hardwarePolicy: 'clamp' },
            cidr: `10.2.0.0/${prefix}`,
            host: machine,
          } as const;
          const planned = planDeployment(request);
          if (!planned.ok) throw new Error(JSON.stringify(planned));
          expect(planDeployment(request)).toEqual(planned);
          expect(planModel.safeParse(planned.plan).success).toBe(true);
          const addresses = planned.plan.nodes.map(({ address }) => address);
          expect(new Set(addresses).size).toBe(demandOf(each).addresses);
          for (const address of addresses) expect(contains(request.cidr, address)).toBe(true);
          const used = sumOf(planned.plan.nodes.map((node) => node.hardware));
          expect(used.cores).toBeLessThanOrEqual(machine.cores);
          expect(used.memoryBytes).toBeLessThanOrEqual(machine.memoryBytes);
        }
      }),
      { numRuns: 50 },
    );
  }, 120_000);
});
