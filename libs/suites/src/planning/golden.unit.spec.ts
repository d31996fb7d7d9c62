import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { GOLDEN } from './golden/topologies.ts';
import { planDeployment } from './plan-deployment.ts';
import { plan as planModel } from './plan.ts';

const host = { cores: 64, memoryBytes: 2 ** 40 };

/** YAML: files keep their lines. After a change: `vitest --update`, and read the difference. */
describe('golden plans', () => {
  it.each(GOLDEN)('$name: $shows', async ({ name, shows, target, test }) => {
    const cidr = target === 'local' ? '127.64.0.0/24' : '10.2.0.0/24';
    const planned = planDeployment({ test, settings: { hardwarePolicy: 'reject', target }, cidr, host });
    if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
    expect(planModel.parse(planned.plan)).toEqual(planned.plan);
    const text = `# ${shows} (target ${target}, block ${cidr})\n${stringify(planned.plan, { lineWidth: 0, aliasDuplicateObjects: false })}`;
    await expect(text).toMatchFileSnapshot(`golden/${name}.txt`);
  });
});
