import type { Problem } from '../../model/problem.ts';

/** Something that a plan cannot do, of one node. */
export const ofNode = (node: string, code: string, message: string, hint: string): Problem => ({
  code,
  message,
  where: `node ${node}`,
  hint,
});
