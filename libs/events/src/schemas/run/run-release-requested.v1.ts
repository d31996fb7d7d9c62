import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { instant } from '../values.ts';

export const runReleaseRequestedV1 = defineEvent(
  'run',
  'RunReleaseRequested',
  1,
  'The run ended and its keep time is over: everything it holds is to be released.',
  z.strictObject({ reason: z.enum(['ended', 'keep-over', 'asked', 'cancelled']), deadline: instant }),
);
