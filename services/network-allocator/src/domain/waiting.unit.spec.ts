import { expect, it } from 'vitest';
import { TestLog } from '../testing/test-log.ts';
import { waitingByPool } from './waiting.ts';

const SHARED = { sharing: 'allowed' } as const;

it('counts, by target and pool, the requests without a block: those that wait for a host, and those that have one', () => {
  const log = new TestLog();
  const docker = { cidr: '172.28.0.1/31', blockPrefix: 32 };
  const small = { cidr: '172.29.0.0/31', blockPrefix: 32 };
  const targets = [
    { name: 'local' as const, pool: { cidr: '127.64.0.0/16', blockPrefix: 24 } },
    { name: 'docker' as const, pool: { ...docker, blockPrefix: 31 }, otherPools: [small] },
  ];
  for (const hostId of ['h1', 'h2']) log.host(hostId, { targets });
  log.settle();
  expect(waitingByPool(log.state())).toEqual([
    { target: 'local', pool: '127.64.0.0/16', requests: 0 },
    { target: 'docker', pool: '172.28.0.0/31', requests: 0 },
    { target: 'docker', pool: '172.29.0.0/31', requests: 0 },
  ]);
  log.request('l1', SHARED);
  for (const runId of ['d1', 'd2']) log.request(runId, { target: 'docker', ...SHARED });
  log.request('d3', { target: 'docker', pool: small, ...SHARED });
  const counts = () => waitingByPool(log.state()).map(({ requests }) => requests);
  expect(counts()).toEqual([1, 2, 1]);
  // A host alone is not a block.
  const [capacity] = log.next();
  if (capacity === undefined) throw new Error('nothing is granted');
  log.append(capacity.draft, capacity.expected);
  expect(log.last('CapacityGranted').data.grants.map(({ runId }) => runId)).toContain('l1');
  expect(counts()).toEqual([1, 2, 1]);
  const [block] = log.next();
  if (block === undefined) throw new Error('nothing is granted');
  log.append(block.draft, block.expected);
  expect(log.last('BlocksGranted').data.grants.map(({ runId }) => runId)).toEqual(['l1']);
  expect(counts()).toEqual([0, 2, 1]);
});
