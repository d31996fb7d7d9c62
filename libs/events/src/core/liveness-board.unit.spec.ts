import { expect, it } from 'vitest';
import { LivenessBoard } from './liveness-board.ts';

const value = { instance: 'i' };

it('an answer that comes late does not revive who is gone, where keys of the kind are followed', () => {
  const board = new LivenessBoard();
  const told: string[] = [];
  const forget = board.follow('host.', (holders) => told.push([...holders.keys()].join()));
  board.learn('host.h', 1, value);
  board.learn('host.h', 2, undefined);
  // Asked before it went.
  board.learn('host.h', 1, value);
  expect(board.holder('host.h')).toBeUndefined();
  expect(told).toEqual(['', 'host.h', '']);
  board.learn('host.h', 3, value);
  expect(told.at(-1)).toBe('host.h');
  forget();
});

it('what nobody follows any more is forgotten', () => {
  const board = new LivenessBoard();
  const forget = board.follow('host.', () => undefined);
  board.follow('host.a', () => undefined);
  for (const key of ['host.a', 'host.b']) board.learn(key, 2, undefined);
  forget();
  for (const key of ['host.a', 'host.b']) board.learn(key, 1, value);
  expect([board.holder('host.a'), board.holder('host.b')]).toEqual([undefined, value]);
});
