import { describe, expect, it } from 'vitest';
import { releaseTold } from './schema-release.ts';

describe('what a release tells of a schema in an external database', () => {
  it.each([
    ['dropped', { code: 0, stdout: 'schema benchbus of db:5432/app\n', stderr: 'a warning' }],
    ['nothing was there', { code: 0, stdout: '\n', stderr: '' }],
    ['refused', { code: 1, stdout: '', stderr: 'noise\nDATABASE_QUERY_FAILED: no answer\n' }],
    ['killed', { code: null, stdout: '', stderr: '' }],
  ])('%s', (_, end) => {
    expect(releaseTold(end)).toMatchSnapshot();
  });
});
