import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { cidr, targetName } from '../values.ts';

export const hostAnnouncedV1 = defineEvent(
  'host',
  'HostAnnounced',
  1,
  'A host offers targets, cores, memory and a pool of addresses.',
  z.strictObject({
    hostname: z.string(),
    installation: z.string(),
    /** The targets it serves, each with the pool its runs get a block of. */
    targets: z.array(
      z.strictObject({ name: targetName, pool: z.strictObject({ cidr, blockPrefix: z.int().min(8).max(30) }) }),
    ),
    cores: z.number().positive(),
    memoryBytes: z.int().min(0),
    occupied: z.array(z.strictObject({ cidr, by: z.string() })),
    /** Program → versions found, `{ postgres: ['15.18'], pgbench: ['15.18'] }`. */
    versions: z.record(z.string(), z.array(z.string())),
  }),
);
