import { subjects, type Draft } from '@benchbus/events';
import { at } from './intent.ts';
import { isElsewhere } from './placement.ts';
import type { Run, State } from './state.ts';

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
  const runIds = [...(capacity?.grants.keys() ?? [])].filter((runId) => stoodThere(state.runs.get(runId), hostId));
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

/** Has the run its nodes there, or may get them? A cloud's machines survive who made them: a host of the same place removes those. */
function stoodThere(run: Run | undefined, hostId: string): boolean {
  if (run?.request === undefined || run.lost !== undefined || isElsewhere(run.request)) return false;
  // What an earlier attempt left there is given back by itself.
  if (run.deployment === 'refused') return false;
  return run.reservation === undefined || run.reservation.hostId === hostId;
}
