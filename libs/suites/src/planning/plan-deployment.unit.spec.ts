import { describe, expect, it } from 'vitest';
import { topologyOf } from '../model/database.ts';
import { exampleTest } from '../testing/example-suite.ts';
import { planDeployment } from './plan-deployment.ts';
import type { Planned } from './plan-deployment.ts';

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
    const planned = planDeployment({
      test,
      settings: { hardwarePolicy: 'reject', target: 'local' },
      cidr: '10.2.7.0/29',
      host: large,
    });
    if (!planned.ok) throw new Error(JSON.stringify(planned));
    expect(planned.plan.nodes.map(({ name, purpose, address }) => [name, purpose, address])).toEqual([
      ['b', 'database', '10.2.7.4'],
      ['a', 'database', '10.2.7.5'],
      ['load', 'load', '10.2.7.6'],
    ]);
    expect(planned.plan.connection).toMatchObject({
      host: '10.2.7.5',
      port: 5432,
      user: 'postgres',
      database: 'postgres',
    });
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
      settings: { hardwarePolicy: 'reject', target: 'local' },
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
      codes(
        planDeployment({
          test: fits,
          settings: { hardwarePolicy: 'reject', target: 'local' },
          cidr: '10.0.0.0/28',
          host,
        }),
      ),
    ).toEqual([]);
  });

  it('clamps all nodes by one factor to the host, leaves settings and disks as they are, and says so', () => {
    const host = { cores: 1.5, memoryBytes: 16e9 };
    const planned = planDeployment({
      test,
      settings: { hardwarePolicy: 'clamp', target: 'local' },
      cidr: '10.0.0.0/28',
      host,
    });
    if (!planned.ok) throw new Error(JSON.stringify(planned));
    expect(planned.plan.clampedTo).toBe(0.5);
    for (const node of planned.plan.nodes)
      expect(node.hardware).toEqual({ cores: 0.5, memoryBytes: 5e8, diskBytes: 5e9 });
    expect(planned.plan.nodes[0]?.processes[0]).toMatchObject({ settings: { shared_buffers: '8GB' } });
  });
});
