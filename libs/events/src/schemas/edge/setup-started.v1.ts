import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, fence } from '../values.ts';

export const setupStartedV1 = defineEvent(
  'edge',
  'SetupStarted',
  1,
  "The runner claimed the set-up of its node's database.",
  z.strictObject({ attempt, fence, instance: z.string() }),
);
