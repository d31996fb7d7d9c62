import type { Liveness } from './liveness.ts';

const PREFIX = 'host.';

const idsOf = (holders: ReadonlyMap<string, unknown>): ReadonlySet<string> =>
  new Set([...holders.keys()].map((key) => key.slice(PREFIX.length)));

/** Ids of the hosts whose provisioner gives a sign of life now. */
export const livingHosts = async (liveness: Pick<Liveness, 'holders'>): Promise<ReadonlySet<string>> =>
  idsOf(await liveness.holders(PREFIX));

/** The same before it resolves, and again after each change, until it is stopped. */
export const followHosts = (
  liveness: Pick<Liveness, 'follow'>,
  onChange: (living: ReadonlySet<string>) => void,
): Promise<{ stop(): Promise<void> }> => liveness.follow(PREFIX, (holders) => onChange(idsOf(holders)));
