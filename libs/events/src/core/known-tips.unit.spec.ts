import { expect, it } from 'vitest';
import { KnownTips } from './known-tips.ts';

const fact = (sequence: number, hash = `h${sequence}`) => ({ sequence, counter: 1, hash });

it('a tip is known at exactly its version; older facts do not replace it, another one of the same version does', () => {
  const tips = new KnownTips();
  tips.note('evt.run.a', fact(7));
  tips.note('evt.run.a', fact(3));
  expect(tips.at('evt.run.a', 7)).toEqual(fact(7));
  expect(tips.at('evt.run.a', 3)).toBeUndefined();
  expect(tips.at('evt.run.b', 7)).toBeUndefined();
  // A server that lost acknowledged facts gives their sequences to others.
  tips.note('evt.run.a', fact(7, 'other'));
  expect(tips.at('evt.run.a', 7)?.hash).toBe('other');
  tips.clear();
  expect(tips.at('evt.run.a', 7)).toBeUndefined();
});

it('the least recently noted are forgotten, not those that are read again and again', () => {
  const tips = new KnownTips();
  tips.note('evt.run.busy', fact(1));
  for (let index = 0; index < 10_000; index += 1) {
    tips.note(`evt.run.r${index}`, fact(index + 2));
    tips.note('evt.run.busy', fact(1));
  }
  expect(tips.at('evt.run.busy', 1)).toBeDefined();
  expect(tips.at('evt.run.r0', 2)).toBeUndefined();
});
