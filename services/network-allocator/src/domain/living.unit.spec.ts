import { expect, it } from 'vitest';
import { NOW, TestLog } from '../testing/test-log.ts';
import { decide } from './decide.ts';
import { DEFAULT_RULES } from './intent.ts';

const DEADLINE = Date.parse('2026-06-01T12:05:00Z');
const rules = (...living: string[]) => ({ ...DEFAULT_RULES, living: new Set(living) });

function ready(...hosts: string[]): TestLog {
  const log = new TestLog();
  for (const host of hosts) log.host(host);
  log.settle();
  return log;
}

const hostsOf = (log: TestLog, now: number, ...living: string[]): string[] =>
  decide(log.state(), now, rules(...living)).map(({ draft }) => `${draft.name} ${draft.subject.split('.')[2]}`);

it('grants capacity on a host that lives, whichever was announced first', () => {
  const log = ready('dead', 'living');
  log.request('r1');
  expect(hostsOf(log, NOW, 'living')).toEqual(['CapacityGranted living']);
  expect(hostsOf(log, NOW, 'living', 'dead')).toEqual(['CapacityGranted dead']);
  expect(hostsOf(log, NOW)).toEqual([]);
});

it('says at the deadline that hosts were away', () => {
  const log = ready('dead');
  log.request('r1');
  const rejected = (...living: string[]) => {
    const [intent] = decide(log.state(), DEADLINE, rules(...living));
    return intent?.draft.name === 'NetworkRejected' ? intent.draft.data.problem : undefined;
  };
  expect(rejected()).toMatchObject({
    code: 'NO_HOST',
    message: expect.stringContaining('dead (local; away)') as string,
  });
  log.host('small');
  log.settle(NOW);
  log.request('r2');
  expect(decide(log.state(), DEADLINE, rules('small')).map(({ draft }) => draft.name)).toContain('NetworkRejected');
});
