import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, problem } from '../values.ts';

export const databaseFailedV1 = defineEvent(
  'edge',
  'DatabaseFailed',
  1,
  { what: 'The database of the node could not be set up.', when: 'When an attempt of the set-up failed' },
  z.strictObject({ attempt, problem: problem.describe('Why') }),
);
