import { nodeName } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const nodeDestroyedV1 = defineEvent(
  'deployment',
  'NodeDestroyed',
  1,
  'A node is gone; what was found still there is named.',
  z.strictObject({ node: nodeName, reclaimed: z.array(z.string()) }),
);
