import fc from 'fast-check';
import { expect, it } from 'vitest';
import { groupName, labelValue, machineName, subnetName } from './names.ts';

const id = fc.stringMatching(/^[a-z0-9_-]{1,64}$/);
const NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

it('every name is one that Yandex Cloud takes', () => {
  fc.assert(
    fc.property(id, id, fc.stringMatching(/^[a-z][a-z0-9-]{0,62}$/), (installation, runId, node) => {
      const run = { installation, runId };
      for (const name of [subnetName(run), groupName(run), machineName(run, node)]) expect(name).toMatch(NAME);
      expect(labelValue(runId)).toMatch(/^[-_0-9a-z]{0,63}$/);
    }),
  );
});

it('different runs have different names, however long they are', () => {
  const run = fc.record({ installation: id, runId: id });
  fc.assert(
    fc.property(run, run, (a, b) => {
      fc.pre(a.installation !== b.installation || a.runId !== b.runId);
      expect(subnetName(a)).not.toBe(subnetName(b));
      expect(machineName(a, 'pg')).not.toBe(machineName(b, 'pg'));
    }),
  );
});

it('names can be read, and are not ambiguous', () => {
  expect(machineName({ installation: 'lab', runId: 'r-1' }, 'pg')).toMatch(/^benchbus-lab-r-1-pg-[0-9a-f]{8}$/);
  expect(subnetName({ installation: 'a-b', runId: 'c' })).not.toBe(subnetName({ installation: 'a', runId: 'b-c' }));
});
