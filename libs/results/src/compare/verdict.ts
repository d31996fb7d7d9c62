import type { Metric } from '../metrics.ts';
import type { RatioInterval } from './ratio-interval.ts';

export type Verdict = 'better' | 'worse' | 'same' | 'inconclusive';

/**
 * What an interval of B/A says. A change below the margin is of no interest: `worse` (or `better`) when the whole interval
 * lies beyond the margin, so that chance alone hardly says it; `same` when the whole interval lies within it; else more runs
 * have to tell.
 * @param margin a factor: 0.05 is 5 %
 */
export function verdictOf(interval: RatioInterval | undefined, better: Metric['better'], margin: number): Verdict {
  if (interval === undefined) return 'inconclusive';
  const { low, high } = interval;
  // Beyond a loss of the margin, and beyond the gain that makes up for it.
  const [loss, gain] = better === 'higher' ? [1 - margin, 1 / (1 - margin)] : [1 / (1 - margin), 1 - margin];
  const [least, most] = [Math.min(loss, gain), Math.max(loss, gain)];
  if (low >= least && high <= most) return 'same';
  if (high < least) return better === 'higher' ? 'worse' : 'better';
  if (low > most) return better === 'higher' ? 'better' : 'worse';
  return 'inconclusive';
}
