import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expandRuns } from '../expansion/expand-runs.ts';
import { topologyOf } from '../model/database.ts';
import type { Suite } from '../model/suite.ts';
import { parseSuite } from '../parse/parse-suite.ts';

const folder = join(import.meta.dirname, '../../../../examples');

function example(name: string): Suite {
  const parsed = parseSuite(readFileSync(join(folder, name)), { file: name });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, undefined, 2));
  return parsed.suite;
}

describe('the examples', () => {
  it.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))('%s is valid, and explains itself', (name) => {
    expect(example(name).tests.length).toBeGreaterThan(0);
    expect(readFileSync(join(folder, name), 'utf8')).toMatch(/^# \S/);
  });

  it('replicas: a primary, two that stream', () => {
    const roles = example('replicas.yaml').tests.map(({ database }) =>
      topologyOf(database)?.nodes.map(({ postgres }) => postgres?.role),
    );
    expect(roles).toEqual([['primary', 'replica', 'replica']]);
  });

  it('patroni: three nodes, each with PostgreSQL and etcd, a pool in front, exporters', () => {
    const [test] = example('patroni.yaml').tests;
    const topology = test && topologyOf(test.database);
    expect(topology?.postgres.patroni).toMatchObject({ ttlMs: 20_000, synchronousMode: true });
    expect(topology?.nodes.map((node) => node.etcd?.monitor)).toEqual([true, true, true]);
    expect(topology?.nodes.filter((node) => node.pgbouncer).map(({ name }) => name)).toEqual(['pg1']);
    expect(topology?.nodes.every((node) => node.monitoring?.postgresExporter?.port === 9187)).toBe(true);
  });

  it('failover: the leader dies at 20 s, and comes back after more than its ttl', () => {
    expect(example('failover.yaml').tests.map(({ faults }) => faults)).toEqual([
      [{ atMs: 20_000, kill: 'leader', process: 'database', restartAfterMs: 30_000 }],
    ]);
  });

  it('sweep: twelve tests, each twice', () => {
    const names = expandRuns('sweep', example('sweep.yaml')).map(({ name }) => name);
    expect(names).toHaveLength(24);
    expect(names).toContain('sweep [clients=8, buffers=256MB, server=plain] #2');
    expect(names).not.toContain('sweep [clients=32, buffers=256MB, server=small] #1');
    // The second round goes backwards: what was first is last.
    expect(names.at(-1)).toBe(names[0]?.replace('#1', '#2'));
  });

  it('external: the parts of the URL, and the name of the password', () => {
    expect(example('external.yaml').tests.map(({ database }) => database)).toEqual([
      {
        connection: {
          host: 'db.example.com',
          port: 5432,
          user: 'bench',
          database: 'sbtest',
          parameters: { sslmode: 'require' },
          password: { secret: 'STAGING_DB_PASSWORD' },
        },
      },
    ]);
  });
});
