import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, problem } from '../values.ts';

export const networkRejectedV1 = defineEvent(
  'network',
  'NetworkRejected',
  1,
  'The request for a network cannot be met.',
  z.strictObject({ attempt, problem }),
);
