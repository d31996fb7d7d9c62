import { planDeployment, type Plan } from '@benchbus/suites';
import { exampleHardware, exampleTest } from '@benchbus/suites/testing';
import { expect, it } from 'vitest';
import { missingProgram } from './required-programs.ts';

function watchedPool(): Plan {
  const hardware = exampleHardware();
  const nodes = [
    { name: 'pg', hardware, postgres: { role: 'primary' as const, settings: {} } },
    {
      name: 'pool',
      hardware,
      pgbouncer: { port: 6432, poolMode: 'session' as const, poolSize: 5, maxClientConnections: 20, monitor: true },
    },
  ];
  const planned = planDeployment({
    test: exampleTest({ nodes }),
    settings: { hardwarePolicy: 'clamp', target: 'local' },
    cidr: '127.64.1.0/24',
    host: { cores: 8, memoryBytes: 2 ** 40 },
  });
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
  return planned.plan;
}

it('names what a machine lacks for any kind of process, one after the other', () => {
  const plan = watchedPool();
  const found: Record<string, string[]> = { postgres: ['15.18'], pgbench: ['15.18'] };
  expect(missingProgram(plan, found)).toMatchObject({
    code: 'PROGRAM_MISSING',
    where: 'pool',
    message: 'pgbouncer is not on this machine',
  });
  found['pgbouncer'] = ['1.18.0'];
  expect(missingProgram(plan, found)).toMatchObject({
    message: 'pgbouncer_exporter is not on this machine',
    hint: expect.stringContaining('Debian 13') as string,
  });
  found['pgbouncer_exporter'] = ['0.10.2'];
  expect(missingProgram(plan, found)).toBeUndefined();
});
