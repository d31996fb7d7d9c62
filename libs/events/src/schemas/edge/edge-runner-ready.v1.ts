import { nodeName } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { token } from '../values.ts';

export const edgeRunnerReadyV1 = defineEvent(
  'edge',
  'EdgeRunnerReady',
  1,
  'The runner of a node is up and takes work.',
  z.strictObject({ runId: token, node: nodeName, instance: z.string(), version: z.string() }),
);
