import { describe, expect, it } from 'vitest';
import type { TopologyNode } from '../model/database.ts';
import type { PostgresRole } from '../model/postgres.ts';
import { exampleHardware, exampleTest } from '../testing/example-suite.ts';
import { notExecutable } from './not-executable.ts';

const heap = { version: '17', storageEngine: 'heap', settings: {} } as const;
const oriole = { ...heap, storageEngine: 'orioledb' } as const;
const patroni = {
  ...{ ttlMs: 20_000, loopWaitMs: 2_000, retryTimeoutMs: 5_000, maximumLagOnFailoverBytes: 1_048_576 },
  ...{ synchronousMode: true, synchronousNodeCount: 1 },
};
const node = (override?: PostgresRole['override']): TopologyNode => ({
  name: 'pg',
  hardware: exampleHardware(),
  postgres: { role: 'primary', settings: {}, ...(override === undefined ? {} : { override }) },
});
const places = (postgres: typeof heap | typeof oriole, nodes: TopologyNode[]) =>
  notExecutable(exampleTest({ postgres, nodes }), 'local').map(({ code, where }) => `${code} ${where}`);

describe('what this version cannot execute', () => {
  it('judges the storage engine that a node has in effect', () => {
    expect(places(heap, [node()])).toEqual([]);
    expect(places(oriole, [node()])).toEqual(['TARGET_CANNOT database.topology.postgres.storageEngine']);
    expect(places(heap, [node(oriole)])).toEqual([
      'TARGET_CANNOT database.topology.nodes[0].postgres.override.storageEngine',
    ]);
    expect(places(oriole, [node(heap)])).toEqual([]);
  });

  it('says once what several servers inherit', () => {
    const found = places(oriole, [node(), { ...node(), name: 'b' }]);
    expect(found).toEqual(['TARGET_CANNOT database.topology.postgres.storageEngine']);
  });

  it('refuses, of faults, to kill the server of a Patroni member alone', () => {
    const of = (process: 'database' | 'postgres') => [{ atMs: 0, kill: 'pg', process, restartAfterMs: 0 }];
    const cluster = exampleTest({ postgres: { ...heap, patroni }, nodes: [node()] });
    for (const target of ['local', 'docker'] as const) {
      expect(notExecutable({ ...exampleTest(), faults: of('postgres') }, target)).toEqual([]);
      expect(notExecutable({ ...cluster, faults: of('database') }, target)).toEqual([]);
      expect(notExecutable({ ...cluster, faults: of('postgres') }, target)).toMatchObject([
        { code: 'TARGET_CANNOT', where: 'faults[0].process' },
      ]);
    }
  });

  it('takes dumps for a backup on local, to a folder or a bucket, and nothing else', () => {
    const backup = { schedule: '0 3 * * *', destination: { path: '/b' } } as const;
    const s3 = {
      bucket: 'b',
      region: 'r',
      endpoint: 'http://s3',
      accessKeyId: { secret: 'ID' },
      secretAccessKey: { secret: 'KEY' },
    };
    for (const destination of [backup.destination, { s3 }])
      expect(places(heap, [{ ...node(), backup: { tool: 'pg_dump', ...backup, destination } }])).toEqual([]);
    expect(places(heap, [{ ...node(), backup: { ...backup, tool: 'wal-g', destination: { s3 } } }])).toEqual([
      'TARGET_CANNOT database.topology.nodes[0].backup.tool',
    ]);
  });

  it('takes, on machines that go with the run, dumps to a bucket alone, and no pool that follows Patroni', () => {
    const s3 = {
      ...{ bucket: 'b', region: 'r', endpoint: 'http://s3' },
      ...{ accessKeyId: { secret: 'ID' }, secretAccessKey: { secret: 'KEY' } },
    };
    const backup = { tool: 'pg_dump', schedule: '0 3 * * *' } as const;
    const on = (test: ReturnType<typeof exampleTest>) =>
      notExecutable(test, 'yandex').map(({ code, where }) => `${code} ${where}`);
    const dumped = (destination: { s3: typeof s3 } | { path: string }) =>
      on(exampleTest({ postgres: heap, nodes: [{ ...node(), backup: { ...backup, destination } }] }));
    expect(dumped({ s3 })).toEqual([]);
    expect(dumped({ path: '/var/dumps' })).toEqual([
      'TARGET_CANNOT database.topology.nodes[0].backup.destination.path',
    ]);
    const pgbouncer = {
      port: 6432,
      poolMode: 'session',
      poolSize: 5,
      maxClientConnections: 50,
      monitor: false,
    } as const;
    const pool = { name: 'pool', hardware: exampleHardware(), pgbouncer };
    expect(on(exampleTest({ postgres: heap, nodes: [node(), pool] }))).toEqual([]);
    expect(on(exampleTest({ postgres: { ...heap, patroni }, nodes: [node(), pool] }))).toEqual([
      'TARGET_CANNOT database.topology.nodes[1].pgbouncer',
    ]);
  });

  describe('of backups in containers', () => {
    const found = (backup: TopologyNode['backup']) =>
      notExecutable(exampleTest({ postgres: heap, nodes: [{ ...node(), ...(backup && { backup }) }] }), 'docker');
    const to = (path: string) => found({ tool: 'pg_dump', schedule: '0 3 * * *', destination: { path } });

    it.each(['/var/backups/pg', "/srv/it's: mine", '//data', '/home/../mnt'])('takes dumps into %s', (path) => {
      expect(to(path)).toEqual([]);
    });

    it.each(['dumps', './dumps', '/', '//', '/srv/..', '/etc/pg', '/usr', '/mnt/../proc/1', '/benchbus/node'])(
      'refuses the folder %s: it is no folder, or the container has one of its own there',
      (path) => {
        expect(to(path)).toMatchObject([
          { code: 'BACKUP_FOLDER_INVALID', where: 'database.topology.nodes[0].backup.destination.path' },
        ]);
      },
    );

    it('refuses other tools, and nothing else of a topology that local executes', () => {
      expect(found(undefined)).toEqual([]);
      expect(found({ tool: 'wal-g', schedule: '0 3 * * *', destination: { path: '/b' } })).toMatchObject([
        { code: 'TARGET_CANNOT', where: 'database.topology.nodes[0].backup.tool' },
      ]);
    });
  });

  it('runs every load tool everywhere, all but stroppy with faults', () => {
    const command = { tool: 'command' as const, command: ['true'], environment: {}, warmupMs: 0, durationMs: 1000 };
    const test = { ...exampleTest(), workload: { ...command, hardware: exampleHardware() } };
    for (const target of ['local', 'docker', 'yandex'] as const) {
      expect(notExecutable(test, target)).toEqual([]);
      expect(notExecutable(exampleTest({ workload: { rate: 100 } }), target)).toEqual([]);
    }
    const faults = [{ atMs: 0, kill: 'pg', process: 'database' as const, restartAfterMs: 0 }];
    expect(notExecutable({ ...test, faults }, 'local')).toEqual([]);
    const { hardware } = test.workload;
    const stroppy = { tool: 'stroppy', version: 'v1', binaryPath: '/s', workdir: '/w', workload: 'tpcb' } as const;
    const workload = { ...stroppy, scaleFactor: 1, durationMs: 1000, environment: {}, hardware };
    expect(notExecutable({ ...test, workload, faults }, 'local')).toMatchObject([
      { code: 'TARGET_CANNOT', where: 'workload.tool' },
    ]);
  });
});
