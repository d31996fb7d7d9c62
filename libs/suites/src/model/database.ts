import { z } from 'zod';
import { hardware, nodeName } from './scalars.ts';

export const postgresVersion = z.enum(['installed', '15', '16', '17', '18']);

/** Server settings as postgresql.conf knows them; values are kept as text. */
export const postgresSettings = z.record(z.string().regex(/^[a-z_][a-z0-9_.]*$/i), z.string());

export const topologyNode = z.strictObject({
  name: nodeName,
  hardware,
  postgres: z.strictObject({ role: z.enum(['primary', 'replica']) }),
});
export type TopologyNode = z.infer<typeof topologyNode>;

export const topology = z.strictObject({
  postgres: z.strictObject({
    version: postgresVersion,
    storageEngine: z.enum(['heap', 'orioledb']),
    settings: postgresSettings,
  }),
  nodes: z.array(topologyNode).min(1),
});
export type Topology = z.infer<typeof topology>;

export const database = z.strictObject({ topology });
export type Database = z.infer<typeof database>;
