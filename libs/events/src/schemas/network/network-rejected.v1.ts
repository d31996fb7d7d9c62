import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, problem } from '../values.ts';

export const networkRejectedV1 = defineEvent(
  'network',
  'NetworkRejected',
  1,
  {
    what: 'The request for a network cannot be met.',
    when: 'Answers RunNetworkRequested, when no host can ever meet it, its deadline passed or it is a dead letter',
  },
  z.strictObject({ attempt, problem: problem.describe('Why') }),
);
