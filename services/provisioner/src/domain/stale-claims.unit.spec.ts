import { expect, it } from 'vitest';
import type { PoolClaim } from './local-pool.ts';
import { staleClaims } from './stale-claims.ts';

const claim = (cidr: string, installation = 'mine'): PoolClaim => ({
  cidr,
  installation,
  pid: 1,
  startTime: '1',
  bootId: 'b',
  localDir: '/x',
  claimedAt: 't',
});
const evidence = { ownerAlive: false, labelledProcesses: 3, nodeFolders: 0 };

it('only dead claims of this installation, on pools it does not have, without nodes', () => {
  const claims = new Map([
    ['127.64.0.0/16', { claim: claim('127.64.0.0/16'), evidence }],
    ['127.65.0.0/16', { claim: claim('127.65.0.0/16'), evidence }],
    ['127.66.0.0/16', { claim: claim('127.66.0.0/16'), evidence: { ...evidence, ownerAlive: true } }],
    ['127.67.0.0/16', { claim: claim('127.67.0.0/16'), evidence: { ...evidence, nodeFolders: 1 } }],
    ['127.68.0.0/16', { claim: claim('127.68.0.0/16', 'other'), evidence }],
    ['127.69.0.0/16', { claim: undefined, evidence }],
  ]);
  expect(staleClaims('mine', '127.64.0.0/16', claims).map(({ cidr }) => cidr)).toEqual(['127.65.0.0/16']);
});
