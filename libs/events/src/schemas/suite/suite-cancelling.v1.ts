import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const suiteCancellingV1 = defineEvent(
  'suite',
  'SuiteCancelling',
  1,
  {
    what: 'Somebody asked to cancel the suite; its runs are being ended.',
    when: 'After the first SuiteCancelRequested of a suite that is not over',
  },
  z.strictObject({ reason: z.string().describe('Why, as the request said') }),
);
