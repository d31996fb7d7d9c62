import { z } from 'zod';
import { postgresSettings, postgresVersion } from '../model/postgres.ts';
import { hardware, nodeName } from '../model/scalars.ts';
import { workload } from '../model/workload.ts';

/** One process (or container) of a node. */
export const plannedProcess = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('postgres'),
    role: z.enum(['primary', 'replica']),
    version: postgresVersion,
    port: z.int().min(1).max(65535),
    settings: postgresSettings,
  }),
  z.strictObject({ kind: z.literal('load'), workload }),
]);
export type PlannedProcess = z.infer<typeof plannedProcess>;

export const plannedNode = z.strictObject({
  name: nodeName,
  purpose: z.enum(['database', 'load']),
  address: z.ipv4(),
  hardware,
  processes: z.array(plannedProcess).min(1),
});
export type PlannedNode = z.infer<typeof plannedNode>;

/** Where the load tool connects; the password is derived or referenced, never written here. */
export const connection = z.strictObject({
  host: z.string(),
  port: z.int().min(1).max(65535),
  user: z.string(),
  database: z.string(),
});
export type Connection = z.infer<typeof connection>;

export const plan = z.strictObject({
  nodes: z.array(plannedNode).min(1),
  connection,
  /** Set when `hardwarePolicy: clamp` scaled the limits down: the factor applied (0 < factor < 1). */
  clampedTo: z.number().optional(),
});
export type Plan = z.infer<typeof plan>;
