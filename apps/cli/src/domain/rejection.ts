import type { Problem } from '@benchbus/suites';

/** A suite that was cancelled before the dispatcher took it is refused with this code, and was cancelled for a person. */
export const CANCELLED_EARLY = 'SUITE_CANCELLED_BEFORE_ACCEPTANCE';

export const stateOfRejection = (problems: readonly Problem[]): 'rejected' | 'cancelled' =>
  problems.some(({ code }) => code === CANCELLED_EARLY) ? 'cancelled' : 'rejected';
