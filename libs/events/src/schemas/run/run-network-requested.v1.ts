import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, instant, sharing, targetName, token } from '../values.ts';

export const runNetworkRequestedV1 = defineEvent(
  'run',
  'RunNetworkRequested',
  1,
  'The run asks for a host (or a share of one) and a network block.',
  z.strictObject({
    attempt,
    suiteId: token,
    target: targetName,
    /** Addresses needed: one per node, the load node included. */
    addresses: z.int().min(1),
    cores: z.number().positive(),
    memoryBytes: z.int().min(0),
    sharing,
    hardwarePolicy: z.enum(['reject', 'clamp']),
    /** Until when the run waits for a host and a block. */
    deadline: instant,
    /** When the lease of what is granted ends: planned end and margin. */
    leaseExpiresAt: instant,
  }),
);
