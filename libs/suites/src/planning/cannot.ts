import type { Problem } from '../model/problem.ts';

/** The format has it, this version does not execute it. */
export const cannot = (where: string, what: string, instead: string): Problem => ({
  code: 'TARGET_CANNOT',
  message: `${what} cannot be executed by this version yet`,
  where,
  hint: `planned and validated, but not built: use ${instead}`,
});
