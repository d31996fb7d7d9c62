import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, problem } from '../values.ts';

export const databaseFailedV1 = defineEvent(
  'edge',
  'DatabaseFailed',
  1,
  'The database of the node could not be set up.',
  z.strictObject({ attempt, problem }),
);
