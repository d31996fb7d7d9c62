import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const hostLeftV1 = defineEvent(
  'host',
  'HostLeft',
  1,
  'The host offers nothing any more.',
  z.strictObject({ reason: z.string() }),
);
