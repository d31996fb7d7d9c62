import { describe, expect, it } from 'vitest';
import { endProblem, startProblem } from './container-problems.ts';
import { parseLook, userFor } from './image-look.ts';

const of = {
  ...{ host: 'unix:///d.sock', pod: 'benchbus-i-r-pg', node: 'pg', container: 'etcd' },
  ...{ image: 'etcd:1', program: 'etcd' },
};

describe('a container that the engine does not start', () => {
  it.each([
    [400, 'exec: "etcd": executable file not found in $PATH: unknown', 'PROGRAM_MISSING', 'pg/etcd'],
    [409, 'cannot join network of a non running container: 4711', 'CONTAINER_DIED', 'pg/benchbus-i-r-pg'],
    [500, 'write /var/lib/docker/x: no space left on device', 'DISK_FULL', 'pg/etcd'],
    [404, 'No such image: etcd:1', 'IMAGE_MISSING', 'pg/etcd'],
    [500, 'driver failed: bind: address already in use', 'ADDRESS_IN_USE', 'pg/etcd'],
    [undefined, 'connect ECONNREFUSED', 'DOCKER_UNREACHABLE', 'DOCKER_HOST'],
    [500, 'something else', 'DOCKER_REFUSED', 'pg/etcd'],
  ])('%s %s is %s at %s', (status, message, code, where) => {
    expect(startProblem({ status, message }, of)).toMatchObject({ code, where, hint: expect.any(String) as string });
  });
});

describe('the end of a container', () => {
  const end = { node: 'pg', container: 'postgres', image: 'postgres:17', exitCode: 1, oomKilled: false, said: '' };

  it.each([
    [{ exitCode: 137, oomKilled: true }, 'CONTAINER_OOM_KILLED'],
    [
      { oomKilled: true, said: 'LOG: server process (PID 9) was terminated by signal 9: Killed' },
      'CONTAINER_OOM_KILLED',
    ],
    [{ exitCode: 127, said: '[FATAL tini (7)] exec postgres failed: No such file or directory' }, 'PROGRAM_MISSING'],
    [{ said: 'FATAL:  could not write lock file: No space left on device' }, 'DISK_FULL'],
  ])('%j is %s', (more, code) => {
    expect(endProblem({ ...end, ...more })).toMatchObject({ code, where: 'pg/postgres' });
  });

  it.each([
    { exitCode: 0 },
    { exitCode: 137 },
    // Another container of the pod was the one that the kernel chose.
    { exitCode: 0, oomKilled: true },
    { said: 'FATAL:  invalid value' },
    { exitCode: 127, said: 'sh: psql: not found' },
  ])('%j is told best by its own words', (more) => {
    expect(endProblem({ ...end, ...more })).toBeUndefined();
  });
});

describe('the user of a process', () => {
  const look = parseLook('postgres=70:70\nbin=/usr/local/bin\n');

  it('is found by a look into the image', () => {
    expect(look).toEqual({ postgres: { uid: 70, gid: 70 }, binDir: '/usr/local/bin' });
    expect(parseLook('')).toEqual({ postgres: undefined, binDir: undefined });
    expect(userFor('patroni', { user: '', look })).toEqual({ uid: 70, gid: 70 });
    expect(userFor('pgbouncer', { user: 'root', look })).toEqual({ uid: 70, gid: 70 });
  });

  it('is never root but for who asks for it', () => {
    expect(userFor('postgres', { user: '', look: undefined })).toBeUndefined();
    expect(userFor('pgbouncer', { user: '', look: undefined })?.uid).toBe(65_534);
    expect(userFor('node-exporter', { user: '', look: undefined })?.uid).toBe(65_534);
    expect(userFor('etcd', { user: '', look: undefined })?.uid).toBe(0);
    expect(userFor('etcd', { user: '1001', look: undefined })).toEqual({ uid: 1001, gid: 1001 });
    expect(userFor('etcd', { user: 'nonroot', look: undefined })?.uid).toBe(65_534);
  });
});
