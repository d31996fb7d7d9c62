/** Shares are told to three digits: what is sampled must be known exactly. */
const STEP = 1000;
const LEAST = 1 / STEP;

/**
 * Which share of the transactions pgbench logs: all up to `logAllTps` expected transactions/s, above that as many as keeps
 * the log at that rate, rounded down to thousandths. Undefined: all. `expectedTps` is undefined where nobody can tell, too.
 */
export function samplingShare(expectedTps: number | undefined, logAllTps: number): number | undefined {
  if (expectedTps === undefined || !(expectedTps > logAllTps)) return undefined;
  return Math.max(LEAST, Math.floor((logAllTps / expectedTps) * STEP) / STEP);
}

const OPTION = '--sampling-rate=';

export const samplingOption = (share: number | undefined): string[] =>
  share === undefined ? [] : [`${OPTION}${share}`];

/** The share that a command of pgbench asks for; undefined: all. */
export function shareIn(argv: readonly string[]): number | undefined {
  const option = argv.find((word) => word.startsWith(OPTION));
  return option === undefined ? undefined : Number(option.slice(OPTION.length));
}

/** What to expect of the measured part: the rate asked for, at most what the warm-up did; undefined: nothing is known. */
export function expectedTps(rateTps: number | undefined, warmUpTps: number | undefined): number | undefined {
  const known = [rateTps, warmUpTps].filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
