import { findProgram } from '@benchbus/service/testing';
import { planDeployment } from '@benchbus/suites';
import { exampleHardware, exampleTest } from '@benchbus/suites/testing';
import { describe, expect, it } from 'vitest';
import { planned } from '../../../probes/planned.ts';
import { scratchNode } from '../../../testing/scratch.ts';
import { resolveLocalUser } from '../../process/local-user.ts';
import { LocalHost } from './local-host.ts';
import { requireSuitable } from './require-suitable.ts';

const other = findProgram(['prometheus-pgbouncer-exporter']);
const node = findProgram(['prometheus-node-exporter']);

describe('a program of the right name', () => {
  it.skipIf(other === undefined)("that is Debian 12's other exporter is refused", async () => {
    await expect(requireSuitable('pgbouncer_exporter', other ?? '')).rejects.toMatchObject({
      code: 'PROGRAM_UNSUITABLE',
      where: 'pgbouncer_exporter',
      message: expect.stringContaining('total_requests') as string,
      hint: expect.stringContaining('pgbouncer.monitor') as string,
    });
  });

  it.skipIf(other === undefined)('is refused when its node is set up, before anything is started', async () => {
    const hardware = exampleHardware();
    const pgbouncer = { port: 6432, poolMode: 'session', poolSize: 5, maxClientConnections: 9, monitor: true } as const;
    const result = planDeployment({
      test: exampleTest({ nodes: [{ name: 'pg', hardware, pgbouncer, postgres: { role: 'primary', settings: {} } }] }),
      settings: { hardwarePolicy: 'clamp', target: 'local' },
      cidr: '127.66.0.0/24',
      host: { cores: 4, memoryBytes: 2 ** 40 },
    });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const { process } = planned(result.plan, 'pg', 'pgbouncer-exporter');
    const scratch = await scratchNode();
    try {
      const host = new LocalHost({ nodeDir: scratch.dir, user: await resolveLocalUser(undefined), labels: {} });
      await expect(host.process(process)).rejects.toMatchObject({ code: 'PROGRAM_UNSUITABLE' });
    } finally {
      await scratch.dispose();
    }
  });

  it.skipIf(node === undefined)("that takes the exporters' common options is not", async () => {
    await expect(requireSuitable('pgbouncer_exporter', node ?? '')).resolves.toBeUndefined();
  });

  it('of which there is no other is not asked', async () => {
    await expect(requireSuitable('etcd', '/nowhere')).resolves.toBeUndefined();
  });
});
