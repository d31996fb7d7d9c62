import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, fence } from '../values.ts';

export const setupStartedV1 = defineEvent(
  'edge',
  'SetupStarted',
  1,
  {
    what: "The runner claimed the set-up of its node's database.",
    when: 'Before the first effect of the set-up, once per attempt',
  },
  z.strictObject({ attempt, fence, instance: z.string().describe('Which start of the runner') }),
);
