import { subjects, type Draft } from '@benchbus/events';
import { at } from './intent.ts';
import { standsAt } from './stands-at.ts';
import type { State } from './state.ts';

/**
 * What is to be said when a host is gone for good; undefined: it offers nothing, and nothing stands there.
 * @param announced id of its last announcement, which this ends
 */
export function decideLoss(
  state: State,
  hostId: string,
  reason: string,
  announced: string,
): { readonly draft: Draft<'CapacityLost'>; readonly expected: number } | undefined {
  const capacity = state.capacities.get(hostId);
  const runIds = [...state.runs.values()]
    .filter((run) => run.lostUnlessElsewhere?.hostId !== hostId && standsAt(state, run, hostId) !== undefined)
    .map(({ runId }) => runId);
  if (!state.hosts.has(hostId) && runIds.length === 0) return undefined;
  const expected = capacity?.version ?? 0;
  return {
    draft: {
      name: 'CapacityLost',
      subject: subjects.capacity(hostId),
      data: { reason, runIds },
      cause: announced,
      discriminator: at('lost', expected),
      correlation: hostId,
    },
    expected,
  };
}
