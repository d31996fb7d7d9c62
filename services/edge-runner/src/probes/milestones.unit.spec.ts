import { planDeployment } from '@benchbus/suites';
import { exampleTest } from '@benchbus/suites/testing';
import { describe, expect, it } from 'vitest';
import { prove, reached } from './index.ts';
import type { ProbeWorld } from './index.ts';
import { sslOf } from './ssl-mode.ts';

const planned = planDeployment({
  test: exampleTest(),
  settings: { hardwarePolicy: 'clamp', target: 'local' },
  cidr: '127.66.0.0/24',
  host: { cores: 4, memoryBytes: 2 ** 40 },
});
if (!planned.ok) throw new Error('the example cannot be planned');
const world: ProbeWorld = {
  plan: planned.plan,
  credential: () => 'x',
  signal: new AbortController().signal,
  timeoutMs: 1_000,
};

describe('what a plan does not know', () => {
  it('is no matter of waiting', async () => {
    await expect(reached({ node: 'gone', process: 'postgres', until: 'accepting' }, world)).rejects.toMatchObject({
      code: 'PLAN_PROCESS_UNKNOWN',
      where: 'node gone, process postgres',
    });
    await expect(reached({ node: 'pg', process: 'postgres', until: 'quorum' }, world)).rejects.toMatchObject({
      code: 'PLAN_MILESTONE_UNKNOWN',
    });
    await expect(prove('pg', 'etcd', world)).rejects.toMatchObject({ code: 'PLAN_PROCESS_UNKNOWN' });
  });

  it('what listens nowhere has nothing to prove', async () => {
    await expect(prove('load', 'load', world)).resolves.toEqual({ version: undefined, facts: {} });
  });
});

describe('sslOf', () => {
  it('does as libpq does', () => {
    expect(sslOf({ sslmode: 'disable' })).toEqual([false]);
    expect(sslOf()).toEqual([{ rejectUnauthorized: false }, false]);
    expect(sslOf({ sslmode: 'require' })).toEqual([{ rejectUnauthorized: false }]);
    expect(sslOf({ sslmode: 'verify-full' })).toEqual([{ rejectUnauthorized: true }]);
    expect(sslOf({ sslmode: 'verify-ca' })).toMatchObject([{ rejectUnauthorized: true }]);
  });
});
