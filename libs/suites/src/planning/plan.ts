import { z } from 'zod';
import { postgresSettings, postgresVersion } from '../model/postgres.ts';
import { hardware, milliseconds, nodeName, port, secretRef } from '../model/scalars.ts';
import { workload } from '../model/workload.ts';

/**
 * Kinds of processes (containers on `docker`). A node has at most one of each, so a node and a kind name a process. With
 * `patroni`, PostgreSQL is its child and not a process of the plan.
 */
export const PROCESS_KINDS = [
  'postgres',
  'patroni',
  'etcd',
  'pgbouncer',
  'backup',
  'node-exporter',
  'postgres-exporter',
  'pgbouncer-exporter',
  'load',
] as const;
export const processKind = z.enum(PROCESS_KINDS);
export type ProcessKind = z.infer<typeof processKind>;

/** Credentials derived for each run: made of letters and digits alone, so that they stand in any file as they are. */
export const credentialName = z.enum(['superuser', 'replication', 'rewind', 'patroni-api', 'pgbouncer-admin']);
export type CredentialName = z.infer<typeof credentialName>;

export const credential = z.strictObject({
  name: credentialName,
  /** Whose password it is, where that is a role of the database or a user of the program. */
  user: z.string().min(1),
});
export type Credential = z.infer<typeof credential>;

/**
 * What another process must have reached. `quorum`: the etcd cluster has a leader; `leader`: Patroni holds the lock and
 * the server takes writes; `synchronous`: as many standbys as asked for confirm its commits; `accepting`: PostgreSQL takes connections and `afterStart` is through; `streaming`: the
 * primary sees the replica stream; `routing`: a query through PgBouncer reaches the primary; `serving`: metrics answer.
 */
export const milestone = z.enum(['quorum', 'leader', 'synchronous', 'accepting', 'streaming', 'routing', 'serving']);
export type Milestone = z.infer<typeof milestone>;

export const startAfter = z.strictObject({ node: nodeName, process: processKind, until: milestone });
export type StartAfter = z.infer<typeof startAfter>;

/** `program` by its upstream name, to be found on the node; every argument is a template (placeholders.ts). */
export const command = z.strictObject({ program: z.string().min(1), args: z.array(z.string()) });
export type Command = z.infer<typeof command>;

export const plannedFile = z.strictObject({
  /** Below the process's configuration folder. */
  path: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/i),
  /** A template (placeholders.ts). */
  content: z.string(),
  mode: z.enum(['0600', '0644', '0755']),
  /** Something rewrites it later: a restart keeps what it finds. */
  rewritten: z.literal(true).optional(),
});
export type PlannedFile = z.infer<typeof plannedFile>;

/** How a process is started and stopped. `args`, `env` and file contents are templates. */
export const launch = z.strictObject({
  /** Absent on `local`. */
  image: z.string().min(1).optional(),
  /** By name, what the process listens on at the node's address. */
  ports: z.record(z.string(), port),
  files: z.array(plannedFile),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()),
  /** In this order, before the first start, while the data folder is empty. */
  prepare: z.array(command).optional(),
  /** Absent: nothing runs permanently, only `jobs`. */
  run: command.optional(),
  /** In this order, once the process takes connections; repeatable. */
  afterStart: z.array(command).optional(),
  /** Started by cron expressions of five fields, in UTC. */
  jobs: z.array(z.strictObject({ schedule: z.string().min(1), command })).optional(),
  stopSignal: z.enum(['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGKILL']),
});
export type Launch = z.infer<typeof launch>;

/** Absent: needs nothing to have started. */
const order = { startAfter: z.array(startAfter).optional() };
const started = { ...order, launch };

/** The server in effect on a node: override or topology's, settings merged. */
const server = {
  /** At first: with Patroni it may change. */
  role: z.enum(['primary', 'replica']),
  version: postgresVersion,
  port,
  /** What the suite asks for; verbatim, no templates. */
  settings: postgresSettings,
};

/** One process of a node; the plan of one before topologies were planned had a `postgres` without `launch`. */
export const plannedProcess = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('postgres'), ...server, ...order, launch: launch.optional() }),
  z.strictObject({ kind: z.literal('patroni'), ...server, ...started }),
  z.strictObject({ kind: z.literal('etcd'), ...started }),
  z.strictObject({
    kind: z.literal('pgbouncer'),
    poolMode: z.enum(['session', 'transaction', 'statement']),
    ...started,
  }),
  z.strictObject({
    kind: z.literal('backup'),
    tool: z.enum(['wal-g', 'pg_dump']),
    retentionMs: milliseconds.optional(),
    ...started,
  }),
  z.strictObject({ kind: z.literal('node-exporter'), ...started }),
  z.strictObject({ kind: z.literal('postgres-exporter'), ...started }),
  z.strictObject({ kind: z.literal('pgbouncer-exporter'), ...started }),
  /** The edge runner knows how each tool is started. */
  z.strictObject({ kind: z.literal('load'), workload, ...order }),
]);
export type PlannedProcess = z.infer<typeof plannedProcess>;

/** How the process is started; undefined for the load tool. */
export const launchOf = (process: PlannedProcess): Launch | undefined =>
  'launch' in process ? process.launch : undefined;

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
  port,
  user: z.string(),
  database: z.string(),
  /** libpq parameters (`sslmode`); absent: none. */
  parameters: z.record(z.string(), z.string()).optional(),
  /** A derived credential, or the operator's secret; absent: none is sent. */
  password: z.union([z.strictObject({ credential: credentialName }), secretRef]).optional(),
});
export type Connection = z.infer<typeof connection>;

/** An existing database whose whole URL is the operator's secret. */
export const connectionByUrl = z.strictObject({ url: secretRef });
export type ConnectionByUrl = z.infer<typeof connectionByUrl>;

export const plan = z.strictObject({
  nodes: z.array(plannedNode).min(1),
  connection: z.union([connection, connectionByUrl]),
  /** To be derived per run; absent: none. */
  credentials: z.array(credential).optional(),
  /** Secrets of the operator that the plan's templates and its connection name; absent: none. */
  secretRefs: z.array(secretRef).optional(),
  /** Set when `hardwarePolicy: clamp` scaled the limits down: the factor applied (0 < factor < 1). */
  clampedTo: z.number().optional(),
});
export type Plan = z.infer<typeof plan>;
