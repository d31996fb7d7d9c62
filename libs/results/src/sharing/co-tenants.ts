import type { AnyRecorded, EventData } from '@benchbus/events';

type Grant = EventData<'CapacityGranted'>['grants'][number];

interface Tenancy {
  readonly grant: Grant;
  readonly from: number;
  /** Infinite while it was not given back. */
  until: number;
}

/** Facts have no zeros: who makes machines elsewhere takes a byte of the host. */
const isNothing = ({ memoryBytes }: Grant): boolean => memoryBytes <= 1;

/**
 * What the run and others were granted of a host at the same time, each other run once; undefined: the run had nothing there.
 * @param history of the host's capacity, in the log's order
 * @param measured first and last moment, ms since the epoch; the log's times are of other clocks than a runner's
 */
export function coTenants(
  history: readonly AnyRecorded[],
  runId: string,
  measured: readonly [from: number, until: number],
): readonly Grant[] | undefined {
  const all: Tenancy[] = [];
  const open = new Map<string, Tenancy>();
  for (const event of history) {
    const at = Date.parse(event.time);
    if (event.name === 'CapacityGranted')
      for (const grant of event.data.grants) {
        const tenancy = { grant, from: at, until: Number.POSITIVE_INFINITY };
        open.set(grant.runId, tenancy);
        all.push(tenancy);
      }
    if (event.name !== 'CapacityReleased') continue;
    for (const released of event.data.runIds) {
      const tenancy = open.get(released);
      if (tenancy !== undefined) tenancy.until = at;
      open.delete(released);
    }
  }
  const own = all.findLast(({ grant }) => grant.runId === runId);
  if (own === undefined || isNothing(own.grant)) return undefined;
  const [from, until] = measured;
  const others = all.filter(
    (one) => one.grant.runId !== runId && !isNothing(one.grant) && one.from <= until && one.until >= from,
  );
  return [...new Map(others.map(({ grant }) => [grant.runId, grant])).values()];
}
