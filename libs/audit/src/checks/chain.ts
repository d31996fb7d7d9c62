import { createChainVerifier } from '@benchbus/events';
import type { Check } from '../entry.ts';
import type { FindingCode, Report } from '../finding.ts';

/** Own and previous hash, and the aggregate's counter. */
export function chainCheck(report: Report): Check {
  const verify = createChainVerifier();
  return {
    take({ stored }) {
      for (const problem of verify(stored)) report(problem.code as FindingCode, problem, problem.message);
    },
  };
}
