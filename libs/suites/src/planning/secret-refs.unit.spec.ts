import { expect, it } from 'vitest';
import { GOLDEN } from './golden/topologies.ts';
import { planDeployment } from './plan-deployment.ts';
import { secretRefsOfNode } from './secret-refs.ts';

const planOf = (name: string) => {
  const golden = GOLDEN.find((one) => one.name === name);
  if (golden === undefined) throw new Error(name);
  const { test, target } = golden;
  const host = { cores: 64, memoryBytes: 2 ** 40 };
  const planned = planDeployment({ test, settings: { hardwarePolicy: 'reject', target }, cidr: '10.2.0.0/24', host });
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
  return planned.plan;
};
const byNode = (name: string) => {
  const plan = planOf(name);
  return plan.nodes.map((node) => [node.name, secretRefsOfNode(plan, node).map(({ secret }) => secret)]);
};

it("a node is told its own secrets alone: the load node the connection's, a backup its bucket's", () => {
  expect(byNode('external')).toEqual([['load', ['shop-password']]]);
  expect(byNode('backup-wal-g-s3')).toEqual([
    ['pg-a', []],
    ['pg-b', ['backup-key-id', 'BACKUP_SECRET_KEY']],
    ['load', []],
  ]);
});
