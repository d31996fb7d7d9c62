/** A run of a suite, as far as its kept data are concerned. */
export interface KeptRun {
  readonly ended: boolean;
  /** Planned here and not destroyed: it may be about to use a copy. */
  readonly open: boolean;
  /** Of its newest placement; undefined: none. */
  readonly leaseExpiresAt: string | undefined;
}

/** What the log says of the suite whose data are kept. */
export interface KeptSuite {
  readonly accepted: boolean;
  readonly ended: boolean;
  readonly runs: readonly KeptRun[];
}

export type KeptVerdict = { readonly verdict: 'keep' | 'remove'; readonly why: string };

const remove = (why: string): KeptVerdict => ({ verdict: 'remove', why });
const keep = (why: string): KeptVerdict => ({ verdict: 'keep', why });

/**
 * Copies of loaded data are the suite's, as long as a run of it may still start from them; their lease is the latest of those of
 * its placements, which name them. One that ran out while a run waits only means that this run loads its data anew.
 */
export function judgeKept({ accepted, ended, runs }: KeptSuite, now: number): KeptVerdict {
  if (!accepted) return remove('no such suite is in the log');
  if (ended || runs.every((run) => run.ended)) return remove('all runs of the suite are over');
  if (runs.some(({ open }) => open)) return keep('a run of the suite goes on');
  const leases = runs.flatMap(({ leaseExpiresAt }) => (leaseExpiresAt === undefined ? [] : [leaseExpiresAt])).sort();
  const last = leases.at(-1);
  if (last === undefined) return remove('no run of the suite was placed');
  return Date.parse(last) > now ? keep('its lease is valid') : remove(`its lease expired at ${last}`);
}
