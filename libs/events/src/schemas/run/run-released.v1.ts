import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const runReleasedV1 = defineEvent(
  'run',
  'RunReleased',
  1,
  'Nothing of the run is left: no node, no block, no capacity.',
  z.strictObject({}),
);
