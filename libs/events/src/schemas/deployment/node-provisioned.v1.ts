import { nodeName } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt } from '../values.ts';

export const nodeProvisionedV1 = defineEvent(
  'deployment',
  'NodeProvisioned',
  1,
  { what: 'A node exists.', when: 'Once per node and attempt, when it exists' },
  z.strictObject({
    attempt,
    node: nodeName.describe('Name of the node'),
    address: z.ipv4().describe('Its IPv4 address'),
  }),
);
