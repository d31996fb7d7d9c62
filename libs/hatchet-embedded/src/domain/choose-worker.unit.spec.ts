import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseWorker, occupy, type Candidate } from './choose-worker.ts';

const worker = (id: string, slots: number, extra: Partial<Candidate> = {}): Candidate => ({
  id,
  actions: new Set(['a']),
  labels: new Map(),
  free: new Map([['default', slots]]),
  lastUsed: 0,
  ...extra,
});
const demand = { action: 'a', labels: [], slots: { default: 1 } };

test('nobody with the action or with room: nobody', () => {
  expect(chooseWorker({ ...demand, action: 'other' }, [worker('w', 1)])).toBeUndefined();
  expect(chooseWorker(demand, [worker('w', 0)])).toBeUndefined();
  expect(chooseWorker({ ...demand, slots: { gpu: 1 } }, [worker('w', 1)])).toBeUndefined();
});

test('the best weight wins; a lower one only when the best is full', () => {
  const labels = [{ key: 'k', value: 'best', required: false, weight: 10, comparator: '=' as const }];
  const best = worker('best', 1, { labels: new Map([['k', 'best']]), lastUsed: 9 });
  const other = worker('other', 1);
  expect(chooseWorker({ ...demand, labels }, [other, best])?.id).toBe('best');
  occupy(best, demand.slots, 10);
  expect(chooseWorker({ ...demand, labels }, [other, best])?.id).toBe('other');
});

test('assigning never takes more slots than there are, and equals share evenly', () => {
  const slots = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(slots, fc.integer({ min: 0, max: 30 }), (sizes, tasks) => {
      const workers = sizes.map((size, index) => worker(String(index), size));
      let assigned = 0;
      for (let order = 1; order <= tasks; order += 1) {
        const chosen = chooseWorker(demand, workers);
        if (!chosen) break;
        occupy(chosen, demand.slots, order);
        assigned += 1;
      }
      const total = sizes.reduce((sum, size) => sum + size, 0);
      expect(assigned).toBe(Math.min(tasks, total));
      expect(workers.every((one) => (one.free.get('default') ?? 0) >= 0)).toBe(true);
    }),
  );
});

test('round robin among equals', () => {
  const workers = [worker('a', 9), worker('b', 9), worker('c', 9)];
  const order = [1, 2, 3, 4, 5, 6].map((turn) => {
    const chosen = chooseWorker(demand, workers);
    if (chosen) occupy(chosen, demand.slots, turn);
    return chosen?.id;
  });
  expect(order).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
});
