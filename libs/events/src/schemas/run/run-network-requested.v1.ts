import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { attempt, bytes, cores, instant, leaseExpiresAt, sharing, targetName, token, wantedPool } from '../values.ts';

export const runNetworkRequestedV1 = defineEvent(
  'run',
  'RunNetworkRequested',
  1,
  {
    what: 'The run asks for a host (or a share of one) and a network block.',
    when: 'In stage `network`, once per attempt',
  },
  z.strictObject({
    attempt,
    suiteId: token.describe('Its suite'),
    target: targetName.describe('Where its nodes are to live'),
    addresses: z
      .int()
      .min(1)
      .meta({ description: 'Addresses needed: one per node, the load node included', 'x-unit': 'count' }),
    cores: cores.describe('Processor cores of all its nodes on the host'),
    memoryBytes: bytes.describe('Memory of all its nodes on the host'),
    sharing,
    hardwarePolicy: z.enum(['reject', 'clamp']).describe('What happens when no host has that much'),
    pool: wantedPool.optional(),
    deadline: instant.describe('Until when the run waits for a host and a block; UTC, RFC 3339'),
    leaseExpiresAt,
  }),
);
