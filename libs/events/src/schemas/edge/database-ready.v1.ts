import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt } from '../values.ts';

export const databaseReadyV1 = defineEvent(
  'edge',
  'DatabaseReady',
  1,
  {
    what: 'The database of the node is ready; `proven` says what was checked.',
    when: "After the node's database was proven to work, once per attempt",
  },
  z.strictObject({
    attempt,
    serverVersion: z.string().describe('Version of the database server, as it says'),
    proven: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .describe('What was checked, and what the answer was'),
  }),
);
