import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const edgeRunnerStoppedV1 = defineEvent(
  'edge',
  'EdgeRunnerStopped',
  1,
  'The runner ended on purpose.',
  z.strictObject({ reason: z.string() }),
);
