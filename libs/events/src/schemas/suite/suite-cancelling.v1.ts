import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const suiteCancellingV1 = defineEvent(
  'suite',
  'SuiteCancelling',
  1,
  'Somebody asked to cancel the suite; its runs are being ended.',
  z.strictObject({ reason: z.string() }),
);
