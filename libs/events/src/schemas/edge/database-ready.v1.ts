import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt } from '../values.ts';

export const databaseReadyV1 = defineEvent(
  'edge',
  'DatabaseReady',
  1,
  'The database of the node is ready; `proven` says what was checked.',
  z.strictObject({
    attempt,
    serverVersion: z.string(),
    proven: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
);
