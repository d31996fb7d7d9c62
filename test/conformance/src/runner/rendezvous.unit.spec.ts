import { expect, test } from 'vitest';
import { Rendezvous } from './rendezvous.ts';

test('the deed is done once, when all who stay have asked', async () => {
  let deeds = 0;
  const rendezvous = new Rendezvous(3, () => {
    deeds += 1;
    return Promise.resolve();
  });
  const first = rendezvous.ask();
  expect(deeds).toBe(0);
  rendezvous.leave();
  expect(deeds).toBe(0);
  await Promise.all([first, rendezvous.ask()]);
  expect(deeds).toBe(1);
});

test('who has asked does not wait for those who leave', async () => {
  const rendezvous = new Rendezvous(2, () => Promise.resolve());
  const asked = rendezvous.ask();
  rendezvous.leave();
  await asked;
});

test('nobody asks: nothing is done', () => {
  const rendezvous = new Rendezvous(1, () => Promise.reject(new Error('must not')));
  rendezvous.leave();
});

test('a deed that fails fails for all', async () => {
  const rendezvous = new Rendezvous(2, () => Promise.reject(new Error('broken')));
  const both = [rendezvous.ask(), rendezvous.ask()];
  for (const each of both) await expect(each).rejects.toThrow('broken');
});
