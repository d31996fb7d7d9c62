import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const hostLeftV1 = defineEvent(
  'host',
  'HostLeft',
  1,
  { what: 'The host offers nothing any more.', when: 'When the provisioner stops on purpose' },
  z.strictObject({ reason: z.string().describe('Why') }),
);
