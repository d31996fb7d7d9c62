import { fault } from '@benchbus/suites';
import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, faultIndex, instant } from '../values.ts';

export const faultInjectedV1 = defineEvent(
  'edge',
  'FaultInjected',
  1,
  {
    what: 'The runner broke what a fault of the suite names on its node.',
    when: "After the kill, asked by the load node's runner, once per attempt of the workload and fault",
  },
  z.strictObject({
    attempt: attempt.describe('Try of the stage `workload`, from 1'),
    index: faultIndex,
    kind: z.literal('kill').describe('What was done: SIGKILL'),
    process: fault.shape.process,
    killed: z.array(z.string()).describe('Planned processes that were hit, by their kinds'),
    at: instant.describe('When it was dead, by the clock of the node; UTC, RFC 3339'),
    restartAfterMs: fault.shape.restartAfterMs,
  }),
);
