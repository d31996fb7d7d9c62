import { nodeName } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const nodeDestroyedV1 = defineEvent(
  'deployment',
  'NodeDestroyed',
  1,
  { what: 'A node is gone; what was found still there is named.', when: 'Once per node, after RunReleaseRequested' },
  z.strictObject({
    node: nodeName.describe('Name of the node'),
    reclaimed: z.array(z.string()).describe('What was still there and was removed, for people'),
  }),
);
