import type { EventLog } from '@benchbus/events';
import { readSharing } from '@benchbus/results';
import type { BoundWorkload } from '../workloads/index.ts';

/** The same tool, whose results say who else had a share of the host. Read when it has measured: not while it does. */
export const withSharing = (tool: BoundWorkload, log: Pick<EventLog, 'read'>): BoundWorkload => ({
  run: async (context, signal) => {
    const { summary, result } = await tool.run(context, signal);
    const sharing = await readSharing(log, context.runId, summary);
    return { summary, result: sharing === undefined ? result : { ...result, sharing } };
  },
  collect: (context, verdict) => tool.collect(context, verdict),
});
