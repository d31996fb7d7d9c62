import { z } from 'zod';

/** Absent or not of its type: rules keep silent about it. */
const maybe = <Type extends z.ZodType>(type: Type) => type.optional().catch(undefined);

/** Absent: the default port. Not a port at all: 0, which collides with nothing. */
const maybePort = z.int().optional().catch(0);

const component = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .object(shape)
    .optional()
    // Every field of the shape is optional or has a catch of its own, which the type cannot say of any `Shape`.
    .catch({} as never);

const serverDraft = z.object({
  version: maybe(z.union([z.string(), z.number()]).transform(String)),
  storageEngine: maybe(z.string()),
});

const patroniDraft = component({
  synchronousMode: maybe(z.boolean()),
  synchronousNodeCount: maybe(z.int()),
  ttlMs: maybe(z.number()),
  loopWaitMs: maybe(z.number()),
  retryTimeoutMs: maybe(z.number()),
});

export const nodeDraft = z.object({
  name: maybe(z.string()),
  postgres: component({ role: maybe(z.string()), override: maybe(serverDraft) }),
  etcd: component({ clientPort: maybePort, monitor: maybe(z.boolean()) }),
  pgbouncer: component({ port: maybePort, monitor: maybe(z.boolean()) }),
  backup: component({ schedule: maybe(z.string()) }),
  monitoring: component({
    nodeExporter: component({ port: maybePort }),
    postgresExporter: component({ port: maybePort }),
  }),
});
export type NodeDraft = z.infer<typeof nodeDraft>;

/**
 * The topology as far as it can be told: the model's fields that rules look at, each of them possibly missing. A topology
 * of the model is one; a dialect makes one from an untrusted document, so that rules speak beside errors of shape.
 * `patroni` is there only where it is wanted.
 */
const topologyDraft = z.object({
  postgres: component({ ...serverDraft.shape, patroni: patroniDraft }),
  nodes: z.array(nodeDraft.catch({})).catch([]),
});
export type TopologyDraft = z.infer<typeof topologyDraft>;

/** Whatever an untrusted value tells of a topology; never throws. */
export const draftTopology = (value: unknown): TopologyDraft => topologyDraft.catch({ nodes: [] }).parse(value);
