/**
 * What a test may need and continuous integration cannot provide here. A test that cannot run is skipped with the note
 * `needs <name>` (vitest: `context.skip('needs stroppy')`); under CI=true every other skip is a failure.
 */
export const NOT_PROVIDABLE = {
  stroppy: 'its releases are on GitHub only',
  'wal-g': 'its releases are on GitHub only',
  orioledb: 'no package of Debian, npm, PyPI or the Go proxy',
  'postgresql-16': "Debian's stable releases have 15 and 17",
  'postgresql-18': "Debian's stable releases have 15 and 17",
  'yandex-cloud': 'needs an account',
};

/** Is this skip's note one of a need that cannot be met? */
export const isNotProvidable = (note) => /^needs (\S+)/.test(note) && Object.hasOwn(NOT_PROVIDABLE, RegExp.$1);
