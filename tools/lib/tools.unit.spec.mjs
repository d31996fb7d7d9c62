import { expect, test } from 'vitest';
import { isNotProvidable } from './not-providable.mjs';
import { cacheDir, withTools } from './paths.mjs';
import { atLeast, parseVersion } from './versions.mjs';

test.each([
  ['nats-server: v2.15.2', [2, 12], true],
  ['nats-server: v2.9.10', [2, 12], false],
  ['go1.26', [1, 26], true],
  ['go1.25.9', [1, 26], false],
  ['v20.20.2', [20, 0], true],
  ['nothing', [0, 0], false],
])('%s is at least %j: %s', (text, minimum, expected) => {
  expect(atLeast(parseVersion(text), minimum)).toBe(expected);
});

test('the cache follows XDG_CACHE_HOME, else HOME', () => {
  expect(cacheDir({ XDG_CACHE_HOME: '/c', HOME: '/h' })).toBe('/c/benchbus/bin');
  expect(cacheDir({ HOME: '/h' })).toBe('/h/.cache/benchbus/bin');
});

test("the project's programs come first on the PATH, once", () => {
  const once = withTools({ PATH: '/a:/b' });
  expect(once.PATH).toMatch(/node_modules\/\.bin:\/a:\/b$/);
  expect(withTools(once)).toEqual(once);
});

test('only a listed need excuses a skip', () => {
  expect(isNotProvidable('needs stroppy')).toBe(true);
  expect(isNotProvidable('needs docker')).toBe(false);
  expect(isNotProvidable('needs constructor')).toBe(false);
  expect(isNotProvidable('')).toBe(false);
});
