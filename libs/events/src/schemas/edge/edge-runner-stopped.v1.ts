import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const edgeRunnerStoppedV1 = defineEvent(
  'edge',
  'EdgeRunnerStopped',
  1,
  { what: 'The runner ended on purpose.', when: "When the runner's run is over, or somebody stopped it" },
  z.strictObject({ reason: z.string().describe('Why') }),
);
