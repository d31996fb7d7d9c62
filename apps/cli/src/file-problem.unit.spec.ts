import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileProblem } from './file-problem.ts';

const errorOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

test.each([
  [() => readFileSync('/nowhere/x'), '/nowhere/x', /no such file.*ENOENT/],
  [() => writeFileSync('/dev/null/x', ''), '/dev/null/x', /not a folder.*ENOTDIR/],
  [() => readFileSync('/'), undefined, undefined],
])('what the system refuses of a path is the path’s problem, not a bug of ours', (act, where, message) => {
  const problem = fileProblem(errorOf(act));
  expect(problem?.where).toBe(where);
  if (message !== undefined)
    expect(problem).toMatchObject({ code: 'FILE_UNUSABLE', message: expect.stringMatching(message) as string });
});

test('an error that is about no path is another error', () => {
  expect(fileProblem(new Error('x'))).toBeUndefined();
  expect(fileProblem('x')).toBeUndefined();
  expect(fileProblem(undefined)).toBeUndefined();
});
