import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playFailover } from '../testing/failover.ts';
import { Installation } from '../testing/installation.ts';
import { play } from '../testing/play.ts';
import { topologySuites } from '../testing/topology-suites.ts';

const suites = topologySuites('local');

const TIMEOUT_MS = 480_000;

describe('topologies as processes of this machine', { timeout: TIMEOUT_MS }, () => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await Installation.start();
  });
  afterAll(async () => {
    expect(await installation.stop()).toEqual([]);
  });

  it('a primary with two replicas: both stream, the settings are in force, nothing is left', async () => {
    const { proven, serverVersions } = await play(installation, suites.replicas());
    expect(Object.keys(proven).sort()).toEqual(['pg-1', 'pg-2', 'pg-3']);
    for (const version of Object.values(serverVersions)) expect(version).toMatch(/^\d+\.\d+/);
    expect(proven['pg-1']).toMatchObject({
      role: 'primary',
      'replica.pg-2.state': 'streaming',
      'replica.pg-3.state': 'streaming',
      'setting.work_mem': '5MB',
    });
    for (const replica of ['pg-2', 'pg-3'])
      expect(proven[replica]).toMatchObject({
        role: 'replica',
        [`replica.${replica}.state`]: 'streaming',
        'setting.work_mem': '5MB',
      });
  });

  it('a Patroni cluster on etcd behind PgBouncer: led, watched, synchronous; its leader is killed under load, nothing is left', async () => {
    const { proven, serverVersions } = await playFailover(installation, suites.failover({ poolMode: 'session' }));
    for (const member of ['pg-1', 'pg-2', 'pg-3']) {
      expect(proven[member]).toMatchObject({
        'patroni.leader': 'pg-1',
        'patroni.standbys': expect.stringMatching(/^pg-2:(running|streaming),pg-3:(running|streaming)$/) as string,
        'patroni.ttl': 20,
        'patroni.loopWait': 2,
        'patroni.retryTimeout': 5,
        'patroni.synchronousMode': true,
        'setting.work_mem': '5MB',
        'postgres-exporter.serving': true,
      });
      expect(serverVersions[member]).toMatch(/^\d+\.\d+/);
    }
    expect(proven['pg-1']?.['patroni.synchronousStandbys']).toMatch(/^pg-[23]$/);
    for (const member of ['etcd-1', 'etcd-2', 'etcd-3']) {
      expect(proven[member]).toMatchObject({ 'etcd.quorum': true, 'etcd.healthy': 3, 'node-exporter.serving': true });
      expect(serverVersions[member]).toBe('none (etcd, node-exporter)');
    }
    expect(proven['pool']).toMatchObject({ 'pgbouncer.poolMode': 'session', 'pgbouncer.leadsTo': 'pg-1' });
  });
});
