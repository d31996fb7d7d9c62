import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const runReleasedV1 = defineEvent(
  'run',
  'RunReleased',
  1,
  {
    what: 'Nothing of the run is left: no node, no block, no capacity.',
    when: 'After NetworkReleased: the last event of every run',
  },
  z.strictObject({}),
);
