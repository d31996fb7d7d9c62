import { nodeName } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt } from '../values.ts';

export const nodeProvisionedV1 = defineEvent(
  'deployment',
  'NodeProvisioned',
  1,
  'A node exists.',
  z.strictObject({ attempt, node: nodeName, address: z.ipv4() }),
);
