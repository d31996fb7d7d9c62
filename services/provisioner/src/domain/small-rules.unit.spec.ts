import fc from 'fast-check';
import type { Plan } from '@benchbus/suites';
import { describe, expect, it } from 'vitest';
import { planned } from '../testing/history.ts';
import { missingProgram } from './required-programs.ts';
import { nextRestart } from './restart-limit.ts';

describe('nextRestart', () => {
  const limits = { restarts: 5, windowMs: 60_000, backoffMs: 100 };
  it('doubles its delay, ends after five within the window, and forgives with time', () => {
    expect([0, 1, 2, 3, 4, 5].map((n) => nextRestart(Array<number>(n).fill(1_000), 1_000, limits))).toEqual([
      100,
      200,
      400,
      800,
      1600,
      undefined,
    ]);
    expect(nextRestart(Array<number>(5).fill(1_000), 61_000, limits)).toBe(100);
  });
  it('never allows more than the limit within any window', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200_000), { maxLength: 80 }), (times) => {
        const done: number[] = [];
        for (const now of times.sort((a, b) => a - b)) if (nextRestart(done, now, limits) !== undefined) done.push(now);
        for (const end of done)
          expect(done.filter((time) => time > end - 60_000 && time <= end).length).toBeLessThan(6);
      }),
    );
  });
});

describe('missingProgram', () => {
  const event = planned(1, 1);
  const plan = event.name === 'PlacementPlanned' ? event.data.plan : undefined;
  const check = (found: Record<string, string[]>) => (plan === undefined ? undefined : missingProgram(plan, found));
  it('names program, node and Debian package', () => {
    expect(check({ postgres: ['15.18'], pgbench: ['15.18'] })).toBeUndefined();
    expect(check({ postgres: ['17.1'], pgbench: ['17.1'] })).toMatchObject({
      code: 'PROGRAM_MISSING',
      message: 'PostgreSQL 15 is not on this machine',
      where: 'pg',
      hint: expect.stringContaining('postgresql-15') as string,
    });
    expect(check({ postgres: ['15.18'] })).toMatchObject({
      where: 'load',
      hint: expect.stringContaining('postgresql-15') as string,
    });
    expect(check({})).toMatchObject({ code: 'PROGRAM_MISSING' });
  });

  it('wants rclone of a machine whose dumps go into a bucket', () => {
    const backup = (env: Record<string, string>): Plan => ({
      nodes: [
        {
          ...{ name: 'vault', purpose: 'database', address: '127.64.1.4' },
          hardware: { cores: 1, memoryBytes: 1, diskBytes: 1 },
          processes: [
            { kind: 'backup', tool: 'pg_dump', launch: { ports: {}, files: [], env, stopSignal: 'SIGTERM' } },
          ],
        },
      ],
      connection: { host: '127.64.1.4', port: 5432, user: 'postgres', database: 'postgres' },
    });
    const toBucket = backup({ RCLONE_CONFIG_BACKUP_TYPE: 's3' });
    expect(missingProgram(backup({}), { pg_dump: ['15.18'] })).toBeUndefined();
    expect(missingProgram(toBucket, { pg_dump: ['15.18'], rclone: ['1.60.1'] })).toBeUndefined();
    expect(missingProgram(toBucket, { pg_dump: ['15.18'] })).toMatchObject({
      code: 'PROGRAM_MISSING',
      where: 'vault',
      hint: expect.stringContaining('apt-get install rclone') as string,
    });
  });
});
