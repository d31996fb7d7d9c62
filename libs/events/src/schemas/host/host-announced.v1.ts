import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { blockPrefix, bytes, cidr, cores, targetName, token } from '../values.ts';

const offeredPool = z.strictObject({
  cidr,
  blockPrefix,
  scope: token
    .optional()
    .describe(
      'To what the addresses belong, when that is not the host alone: a VPC, whose pools several hosts may share',
    ),
  exclusions: z.array(cidr).optional().describe('Parts that are never granted'),
});

export const hostAnnouncedV1 = defineEvent(
  'host',
  'HostAnnounced',
  1,
  {
    what: 'A host offers targets, cores, memory and a pool of addresses.',
    when: 'When a provisioner starts, and when what it offers has changed',
  },
  z.strictObject({
    hostname: z.string().describe('Name of the machine'),
    installation: z.string().describe('The installation it belongs to'),
    targets: z
      .array(
        z.strictObject({
          name: targetName.describe('The target'),
          pool: offeredPool.describe('What its runs get a block of'),
          otherPools: z
            .array(offeredPool)
            .optional()
            .describe('What they get a block of when their suite asks for a pool of these values'),
          place: z
            .string()
            .optional()
            .describe(
              'Where what it makes lies, when that is not the host itself, `yandex-cloud/b1g…`: a host with the same place removes it for one that is gone',
            ),
        }),
      )
      .describe('The targets it serves'),
    cores,
    memoryBytes: bytes.describe('Main memory'),
    occupied: z
      .array(z.strictObject({ cidr, by: z.string().describe('By what, for people') }))
      .describe('Parts of the pools that something else uses'),
    versions: z
      .record(z.string(), z.array(z.string()))
      .describe('Program → versions found, `{ postgres: ["15.18"], pgbench: ["15.18"] }`'),
  }),
);
