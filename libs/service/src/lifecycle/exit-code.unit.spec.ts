import { BenchbusError } from '@benchbus/events';
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from './exit-code.ts';

const coded = (code: string) => new BenchbusError({ code, message: 'm' });
const system = (code: string) => Object.assign(new Error(code), { code });

describe('exitCodeOf', () => {
  it.each([
    [2, coded('CONFIG_INVALID')],
    [2, coded('HATCHET_TOKEN_MISSING')],
    [3, coded('NATS_UNREACHABLE')],
    [3, system('ECONNREFUSED')],
    [3, new Error('connect', { cause: system('ENOTFOUND') })],
    [3, new AggregateError([system('ECONNREFUSED'), system('ECONNREFUSED')])],
    [1, coded('NATS_TOO_OLD')],
    [1, new Error('bug')],
    [1, 'thrown text'],
  ])('%i for %s', (code, error) => expect(exitCodeOf(error)).toBe(code));
});
