import { expect, it } from 'vitest';
import { exampleSuite } from '../testing/recorded.ts';
import { examplePlans } from './example-plan.ts';
import { printers, unknownPrinter } from './printers.ts';

const [test] = examplePlans(exampleSuite()).plans;
if (!test) throw new Error('the example has a test');
const there = printers(test.plan);

it('knows what a run prints, and names it when something else is asked for', () => {
  expect([...there]).toEqual([
    ['pg', ['runner', 'postgres']],
    ['load', ['runner', 'pgbench']],
  ]);
  const all = 'nodes (and their containers): pg (runner, postgres), load (runner, pgbench)';
  expect(unknownPrinter('r', there, { node: 'pg', container: 'postgres' })).toBeUndefined();
  expect(unknownPrinter('r', there, { container: 'pgbench' })).toBeUndefined();
  expect(unknownPrinter('r', there, { node: 'pgx', container: 'postgres' })).toEqual({
    code: 'NODE_UNKNOWN',
    message: 'run r has no node pgx',
    where: '--node',
    hint: all,
  });
  expect(unknownPrinter('r', there, { node: 'pg', container: 'pgbench' })).toMatchObject({
    code: 'ARGUMENT_INVALID',
    message: 'node pg of run r has no container pgbench',
    hint: all,
  });
  expect(unknownPrinter('r', there, { container: 'x' })?.message).toBe('run r has no container x');
});
