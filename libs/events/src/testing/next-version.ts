import { z } from 'zod';
import { createCatalogue } from '../envelope/catalogue.ts';
import { EVENTS } from '../schemas/catalog.ts';
import { defineEvent, type EventDefinition } from '../schemas/define-event.ts';
import type { Upcaster } from '../schemas/upcast.ts';
import { workloadSummary, type WorkloadSummary } from '../schemas/workload-summary.ts';

const { documentation, data, type } = EVENTS.WorkloadFinished;
const latency = z.strictObject({ averageMs: z.number(), p99Ms: z.number(), maxMs: z.number() });

/** WorkloadFinished as a later benchbus might have it: latencies in an object of their own. For tests of evolution. */
export const workloadFinishedV2 = defineEvent(
  'edge',
  'WorkloadFinished',
  2,
  documentation,
  data.extend({
    summary: z.strictObject({ tool: workloadSummary.shape.tool, tps: workloadSummary.shape.tps, latency }),
  }),
);

export const toV2: Upcaster = {
  type,
  upcast: (old) => {
    const { summary, ...rest } = old as { readonly summary: WorkloadSummary };
    const { tool, tps, latencyAverageMs: averageMs, latencyP99Ms: p99Ms, latencyMaxMs: maxMs } = summary;
    return { ...rest, summary: { tool, tps, latency: { averageMs, p99Ms, maxMs } } };
  },
};

const oldDefinitions: readonly EventDefinition[] = Object.values(EVENTS);
const newDefinitions = oldDefinitions.map((one) => (one.name === 'WorkloadFinished' ? workloadFinishedV2 : one));

/** The next build, while old ones still run: it reads both versions and writes the old one. */
export const readersFirst = createCatalogue(newDefinitions, [toV2], oldDefinitions);

/** The next build, once no old one is left: it writes the new version. */
export const writersSwitched = createCatalogue(newDefinitions, [toV2]);
