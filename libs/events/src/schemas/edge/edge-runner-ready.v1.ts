import { nodeName } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { token } from '../values.ts';

export const edgeRunnerReadyV1 = defineEvent(
  'edge',
  'EdgeRunnerReady',
  1,
  { what: 'The runner of a node is up and takes work.', when: 'Each time the runner starts' },
  z.strictObject({
    runId: token.describe('Its run'),
    node: nodeName.describe('Its node'),
    instance: z.string().describe('Which start of the runner'),
    version: z.string().describe('Version of the runner'),
    protocol: z.string().optional().describe('What it speaks with the control plane, `<major>.<minor>`; absent: 1.0'),
    commit: z.string().optional().describe('Git commit it was built from'),
  }),
);
