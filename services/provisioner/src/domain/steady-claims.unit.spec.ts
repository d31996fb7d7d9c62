import { expect, it } from 'vitest';
import { SteadyClaims } from './steady-claims.ts';

const claims = (...blocks: number[]) => blocks.map((block) => ({ cidr: `10.1.${block}.0/24`, by: 'network x' }));

it('what appears is said at once, what vanishes when it is missed twice in a row', () => {
  const steady = new SteadyClaims();
  expect(steady.look(claims(2, 1))).toEqual(claims(1, 2));
  expect(steady.look(claims(1))).toEqual(claims(1, 2));
  expect(steady.look(claims(1, 3))).toEqual(claims(1, 3));
  expect(steady.look([])).toEqual(claims(1, 3));
  expect(steady.look([])).toEqual([]);
});

it('what comes and goes is announced once', () => {
  const steady = new SteadyClaims();
  const said = Array.from({ length: 10 }, (_, round) => steady.look(round % 2 === 0 ? claims(1, 2) : claims(1)));
  expect(said).toEqual(said.map(() => claims(1, 2)));
});
