import { randomInt } from 'node:crypto';
import { planDeployment, type Plan } from '@benchbus/suites';
import { exampleTest, type TestOverrides } from '@benchbus/suites/testing';

const byte = () => randomInt(1, 250);

/** A block of loopback addresses of this test's own, outside the local target's 127.64.0.0/10. */
export const ownBlock = (): string => `127.${randomInt(200, 220)}.${byte()}.0/24`;

/** fsync costs a second and proves nothing here; small buffers leave room for many servers. */
const QUICK = { fsync: 'off', shared_buffers: '16MB' };

/** The plan of a topology on target `local`, as the provisioner makes it: one server `pg`, unless `more` says something else. */
export function testPlan(settings: Readonly<Record<string, string>> = {}, more: TestOverrides = {}): Plan {
  const postgres = { ...more.postgres, settings: { ...QUICK, ...settings } };
  const planned = planDeployment({
    test: exampleTest({ ...more, postgres }),
    settings: { hardwarePolicy: 'clamp', target: 'local' },
    cidr: ownBlock(),
    host: { cores: 64, memoryBytes: 2 ** 40 },
  });
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
  return planned.plan;
}
