import { engineProblem, pullProblem } from '@benchbus/docker';
import { describe, expect, it } from 'vitest';
import { parseRoutes } from '../adapters/host-routes.ts';
import { limitWrites } from './cgroup-limits.ts';

describe('what an engine says', () => {
  const request = {
    host: 'unix:///x',
    doing: 'do it',
    node: 'pg',
    container: 'pause',
    cidr: '10.2.0.0/24',
    name: 'container x',
  };
  it.each([
    [undefined, 'connect ENOENT /x', 'DOCKER_UNREACHABLE', 'DOCKER_HOST'],
    [403, 'Pool overlaps with other one on this address space', 'SUBNET_TAKEN', 'pg/pause'],
    [500, 'mkdir /var/lib/docker/x: no space left on device', 'DISK_FULL', 'pg/pause'],
    [409, 'Conflict. The container name "/x" is already in use by container "1"', 'CONTAINER_NAME_TAKEN', 'pg/pause'],
    [500, 'driver failed: Bind for 0.0.0.0:80 failed: port is already allocated', 'ADDRESS_IN_USE', 'pg/pause'],
    [403, 'Address already in use', 'ADDRESS_IN_USE', 'pg/pause'],
    [404, 'No such image: nobody:1', 'IMAGE_MISSING', 'pg/pause'],
    [500, 'something else', 'DOCKER_REFUSED', 'pg/pause'],
  ])('%s %s is %s', (status, message, code, where) => {
    const problem = engineProblem({ status, message }, request);
    expect(problem).toMatchObject({ code, where });
    expect(problem.hint).toBeTruthy();
  });

  it.each([
    ['pull access denied for x, repository does not exist or may require docker login', 'IMAGE_PULL_DENIED', false],
    ['Get "https://r/v2/": unauthorized: authentication required', 'IMAGE_PULL_DENIED', false],
    ['manifest for x:9 not found: manifest unknown', 'IMAGE_MISSING', false],
    ['write /x: no space left on device', 'DISK_FULL', false],
    ['dial tcp 1.2.3.4:443: i/o timeout', 'IMAGE_PULL_FAILED', true],
  ])('about a pull: %s is %s', (message, code, mayPass) => {
    expect(pullProblem('x:9', 'r', message, { node: 'pg' })).toMatchObject({ problem: { code, where: 'pg' }, mayPass });
  });
});

it('limits are cores as time per 100 ms and memory without swap, in the files of each version', () => {
  const hardware = { cores: 1.5, memoryBytes: 1000, diskBytes: 1 };
  expect(limitWrites(2, hardware).map(({ file, value }) => `${file}=${value}`)).toEqual([
    'cpu.max=150000 100000',
    'memory.max=1000',
    'memory.swap.max=0',
  ]);
  expect(limitWrites(1, hardware).map(({ controller, file, value }) => `${controller}/${file}=${value}`)).toEqual([
    'cpu/cpu.cfs_period_us=100000',
    'cpu/cpu.cfs_quota_us=150000',
    'memory/memory.limit_in_bytes=1000',
    'memory/memory.memsw.limit_in_bytes=1000',
  ]);
});

it('routes of the machine are blocks, but for the default route', () => {
  const header = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';
  const lines = [
    'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'docker0\t00001CAC\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
    'tun0\t0000020A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    'rubbish',
  ];
  expect(parseRoutes([header, ...lines, ''].join('\n'))).toEqual([
    { cidr: '172.28.0.0/24', by: 'a route by docker0' },
    { cidr: '10.2.0.0/16', by: 'a route by tun0' },
  ]);
});
