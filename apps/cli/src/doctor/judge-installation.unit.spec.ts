import { expect, test } from 'vitest';
import {
  judgeClock,
  judgeConsumers,
  judgeDeadLetters,
  judgeHosts,
  judgeLog,
  judgeServices,
} from './judge-installation.ts';

const build = (version: string, hostname = 'h1') => ({ version, commit: 'abc', hostname });

test('a service has living replicas, of one build', () => {
  const holders = new Map([
    ['service.suite-dispatcher.1', build('1.0.0')],
    ['service.suite-dispatcher.2', build('1.0.0', 'h2')],
    ['service.network-allocator.1', build('1.0.0')],
    ['service.network-allocator.2', build('1.1.0')],
    ['service.provisioner.1', build('1.0.0')],
  ]);
  expect(judgeServices(holders).map(({ name, status, found }) => [name, status, found])).toEqual([
    ['suite-dispatcher', 'ok', '2 replicas on 2 machines, 1.0.0 (abc)'],
    ['network-allocator', 'warn', '2 replicas on 1 machine, 1.0.0 (abc) and 1.1.0 (abc)'],
    ['provisioner', 'ok', '1 replica on 1 machine, 1.0.0 (abc)'],
    ['artifact-store', 'fail', 'no living replica'],
  ]);
});

test('a host that is away is named, though others live', () => {
  expect(judgeHosts(2, [])).toEqual({ name: 'hosts', status: 'ok', found: '2 hosts, none is away' });
  expect(judgeHosts(2, [{ hostId: 'h1', hostname: 'one' }])).toMatchObject({
    status: 'warn',
    found: 'away, without a sign of life: one (h1)',
  });
});

const events = { name: 'EVENTS', messages: 1_234, bytes: 2_048, replicas: 3, isAppendOnly: true, lastSequence: 1_234 };

test('the log is there, and can only be appended to', () => {
  expect(judgeLog([events])).toEqual({ name: 'the log', status: 'ok', found: '1,234 facts, 2.0 KiB, 3 copies' });
  expect(judgeLog([{ ...events, isAppendOnly: false }]).status).toBe('fail');
  expect(judgeLog([]).status).toBe('fail');
});

const consumer = { stream: 'EVENTS', name: 'suite-dispatcher-reactor', pending: 0, ackPending: 0, listening: 1 };

test.each([
  [consumer, 'ok', '1 consumer, none is behind'],
  [{ ...consumer, listening: 0 }, 'ok', '1 consumer, none is behind'],
  [
    { ...consumer, pending: 3, ackPending: 2, listening: 0 },
    'warn',
    'nobody listens: suite-dispatcher-reactor (3 wait, 2 in hand)',
  ],
  [{ ...consumer, pending: 5_000 }, 'warn', 'behind: suite-dispatcher-reactor (5,000 wait, 0 in hand)'],
] as const)('a consumer %o is %s', (view, status, found) => {
  expect(judgeConsumers([view], new Set(['provisioner']))).toMatchObject({ status, found });
});

test('a consumer whose service lives has its hands full, and is not away', () => {
  const busy = { ...consumer, pending: 3, ackPending: 16, listening: 0 };
  expect(judgeConsumers([busy], new Set(['suite-dispatcher'])).status).toBe('ok');
});

test('clocks that differ, and letters that nobody handled', () => {
  expect(judgeClock({ clockOffsetMs: -40 })).toMatchObject({ status: 'ok', found: "40 ms ahead of the NATS server's" });
  expect(judgeClock({ clockOffsetMs: 61_000 })).toMatchObject({ status: 'warn' });
  expect(judgeDeadLetters([])).toMatchObject({ status: 'ok', found: 'none' });
  expect(judgeDeadLetters([{ code: 'B' }, { code: 'A' }, { code: 'B' }])).toMatchObject({
    status: 'warn',
    found: '3 (A, B)',
  });
});
