import { expect, test } from 'vitest';
import { exitCodeOfFindings } from '../commands/doctor.ts';
import { judgeOpenFiles } from './machine-checks.ts';
import { addressOf, parseInfo } from './nats-info.ts';
import { judgeInfo } from './server-checks.ts';

const MIB = 1024 * 1024;
const finding = (status: 'ok' | 'warn' | 'fail' | 'unreachable') => ({ name: '', status, found: '' });

test('exit code: 3 unreachable, 1 failed, 0 with warnings', () => {
  expect(exitCodeOfFindings([finding('ok'), finding('warn')])).toBe(0);
  expect(exitCodeOfFindings([finding('fail'), finding('ok')])).toBe(1);
  expect(exitCodeOfFindings([finding('fail'), finding('unreachable')])).toBe(3);
});

test.each([
  [{ version: '2.12.0', max_payload: 8 * MIB, jetstream: true }, 'ok'],
  [{ version: '2.9.10', max_payload: 8 * MIB, jetstream: true }, 'fail'],
  [{ version: '2.15.2', max_payload: MIB, jetstream: true }, 'fail'],
  [{ version: '2.15.2', max_payload: 8 * MIB }, 'fail'],
] as const)('a server %o is %s', (info, status) => {
  expect(judgeInfo('NATS', 'h:1', info).status).toBe(status);
});

test('the first line of a NATS server, and of others', () => {
  expect(parseInfo('INFO {"version":"2.15.2","max_payload":1,"x":[]}')).toMatchObject({ version: '2.15.2' });
  for (const line of ['', '+PONG', 'INFO nonsense', 'INFO {}']) expect(parseInfo(line)).toBeUndefined();
  expect(addressOf('nats://user:pw@h:1,nats://i', 4222)).toEqual({ host: 'h', port: 1 });
  expect(addressOf('h', 4222)).toEqual({ host: 'h', port: 4222 });
});

test.each([
  ['20000', 'ok'],
  ['unlimited', 'ok'],
  ['4096', 'warn'],
  ['512', 'fail'],
])('a hard limit of %s open files: %s', (hard, status) => {
  expect(
    judgeOpenFiles(`Limit  Soft Hard\nMax open files            1024                 ${hard}               files`)
      .status,
  ).toBe(status);
});
