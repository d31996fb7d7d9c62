export interface BudgetLimits {
  /** Lines a second in the long run. */
  readonly perSecond: number;
  /** Lines at once, after a quiet time. */
  readonly burst: number;
}

/** A token bucket: what may still be said, as of `at` (ms). */
export interface Budget {
  readonly tokens: number;
  readonly at: number;
  /** Lines left out since the last one that was let through. */
  readonly leftOut: number;
}

export const fullBudget = ({ burst }: BudgetLimits, now: number): Budget => ({ tokens: burst, at: now, leftOut: 0 });

/** Asks for one line at `now`. `leftOut`: so many were left out before this one, to be told first. */
export function spend(
  budget: Budget,
  limits: BudgetLimits,
  now: number,
): { readonly budget: Budget; readonly allowed: boolean; readonly leftOut: number } {
  const earned = (Math.max(0, now - budget.at) * limits.perSecond) / 1_000;
  const tokens = Math.min(limits.burst, budget.tokens + earned);
  // After a flood, a line waits until there is also room to say how many were left out.
  if (tokens < (budget.leftOut > 0 ? 2 : 1))
    return { budget: { tokens, at: now, leftOut: budget.leftOut + 1 }, allowed: false, leftOut: 0 };
  const spent = budget.leftOut > 0 ? 2 : 1;
  return { budget: { tokens: tokens - spent, at: now, leftOut: 0 }, allowed: true, leftOut: budget.leftOut };
}
