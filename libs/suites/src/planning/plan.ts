import { z } from 'zod';
import { fault } from '../model/fault.ts';
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
  name: credentialName.describe('Which credential'),
  user: z.string().min(1).describe('Whose password it is: a role of the database or a user of the program'),
});
export type Credential = z.infer<typeof credential>;

/**
 * What another process must have reached. `quorum`: the etcd cluster has a leader; `leader`: Patroni holds the lock and
 * the server takes writes; `synchronous`: as many standbys as asked for confirm its commits; `accepting`: PostgreSQL takes connections and `afterStart` is through; `streaming`: the
 * primary sees the replica stream; `routing`: a query through PgBouncer reaches the primary; `serving`: metrics answer.
 */
export const milestone = z.enum(['quorum', 'leader', 'synchronous', 'accepting', 'streaming', 'routing', 'serving']);
export type Milestone = z.infer<typeof milestone>;

export const startAfter = z.strictObject({
  node: nodeName.describe('Node of the other process'),
  process: processKind.describe('Kind of the other process'),
  until: milestone.describe('What it must have reached'),
});
export type StartAfter = z.infer<typeof startAfter>;

/** `program` by its upstream name, to be found on the node; every argument is a template (placeholders.ts). */
export const command = z.strictObject({
  program: z.string().min(1).describe('Program, by its upstream name'),
  args: z.array(z.string()).describe('Arguments, each a template'),
});
export type Command = z.infer<typeof command>;

export const plannedFile = z.strictObject({
  path: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/i)
    .describe("Below the process's configuration folder"),
  /** See placeholders.ts. */
  content: z.string().describe('A template'),
  mode: z.enum(['0600', '0644', '0755']).describe('Permissions, octal'),
  rewritten: z.literal(true).optional().describe('Something rewrites it later: a restart keeps what it finds'),
});
export type PlannedFile = z.infer<typeof plannedFile>;

/** How a process is started and stopped. `args`, `env` and file contents are templates. */
export const launch = z.strictObject({
  image: z.string().min(1).optional().describe('Container image; not given on `local`'),
  ports: z.record(z.string(), port).describe("By name, what the process listens on at the node's address"),
  files: z.array(plannedFile).describe('Files written before the start'),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).describe('Environment, templates'),
  prepare: z
    .array(command)
    .optional()
    .describe('In this order, before the first start, while the data folder is empty'),
  run: command.optional().describe('The process; not given: nothing runs permanently, only `jobs`'),
  afterStart: z.array(command).optional().describe('In this order, once the process takes connections; repeatable'),
  jobs: z
    .array(
      z.strictObject({
        schedule: z.string().min(1).describe('Cron expression of five fields, UTC'),
        command: command.describe('What is started'),
      }),
    )
    .optional()
    .describe('Started by the clock'),
  stopSignal: z.enum(['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGKILL']).describe('How it is asked to end'),
});
export type Launch = z.infer<typeof launch>;

/** One measurement of several of a test. */
export const repeatOf = z.strictObject({
  index: z.int().min(1).meta({ description: 'Which repeat the run is, from 1', 'x-unit': 'count' }),
  times: z.int().min(2).meta({ description: 'How often the test is measured', 'x-unit': 'count' }),
  reset: z.enum(['none', 'data', 'server']).describe('What is made anew; none: this run measures all of them'),
});
export type RepeatOf = z.infer<typeof repeatOf>;

export const keptData = z.strictObject({
  node: nodeName.describe('Whose data folder is kept'),
  key: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('SHA-256 of what determines the data: server, its settings, the loading'),
});
export type KeptData = z.infer<typeof keptData>;

const order = {
  startAfter: z.array(startAfter).optional().describe('What must have started before; not given: nothing'),
};
const started = { ...order, launch: launch.describe('How it is started and stopped') };

/** The server in effect on a node: override or topology's, settings merged. */
const server = {
  role: z.enum(['primary', 'replica']).describe('At first: with Patroni it may change'),
  version: postgresVersion.describe('Major version; `installed`: the one the node has'),
  port,
  settings: postgresSettings.describe('What the suite asks for; verbatim, no templates'),
};

const kindOf = <const K extends ProcessKind>(kind: K) => z.literal(kind).describe('Kind of process');

/** One process of a node; the plan of one before topologies were planned had a `postgres` without `launch`. */
export const plannedProcess = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: kindOf('postgres'),
    ...server,
    ...order,
    launch: launch.optional().describe('How it is started and stopped'),
  }),
  z.strictObject({ kind: kindOf('patroni'), ...server, ...started }),
  z.strictObject({ kind: kindOf('etcd'), ...started }),
  z.strictObject({
    kind: kindOf('pgbouncer'),
    poolMode: z.enum(['session', 'transaction', 'statement']).describe('When a server connection goes back'),
    ...started,
  }),
  z.strictObject({
    kind: kindOf('backup'),
    tool: z.enum(['wal-g', 'pg_dump']).describe('What makes the backup'),
    retentionMs: milliseconds.optional().describe('How long a backup is kept; not given: for ever'),
    folder: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Folder of the machine that its container has under the same path; not given on `local`, nor for a bucket',
      ),
    ...started,
  }),
  z.strictObject({ kind: kindOf('node-exporter'), ...started }),
  z.strictObject({ kind: kindOf('postgres-exporter'), ...started }),
  z.strictObject({ kind: kindOf('pgbouncer-exporter'), ...started }),
  /** The edge runner knows how each tool is started. */
  z.strictObject({
    kind: kindOf('load'),
    workload: workload.describe('What the load tool does'),
    faults: z
      .array(fault)
      .min(1)
      .optional()
      .describe("What the load node's runner has broken while it measures; not given: nothing"),
    repeat: repeatOf.optional().describe('Which measurement of several it is; not given: the only one'),
    kept: keptData
      .optional()
      .describe('The copy of the loaded data that repeats start from, made by the first; not given: none, all load'),
    ...order,
  }),
]);
export type PlannedProcess = z.infer<typeof plannedProcess>;

/** How the process is started; undefined for the load tool. */
export const launchOf = (process: PlannedProcess): Launch | undefined =>
  'launch' in process ? process.launch : undefined;

export const plannedNode = z.strictObject({
  name: nodeName.describe('Name of the node'),
  purpose: z.enum(['database', 'load']).describe('Whether it is measured or measures'),
  address: z.ipv4().describe('IPv4 address'),
  hardware: hardware.describe('What the node may use'),
  processes: z.array(plannedProcess).min(1).describe('Processes of the node'),
});
export type PlannedNode = z.infer<typeof plannedNode>;

/** Where the load tool connects; the password is derived or referenced, never written here. */
export const connection = z.strictObject({
  host: z.string().describe('Host name or address'),
  port,
  user: z.string().describe('Role'),
  database: z.string().describe('Name of the database'),
  parameters: z.record(z.string(), z.string()).optional().describe('libpq parameters (`sslmode`); not given: none'),
  password: z
    .union([z.strictObject({ credential: credentialName.describe('Which derived credential') }), secretRef])
    .optional()
    .describe("A derived credential, or the operator's secret, by reference; not given: none is sent"),
});
export type Connection = z.infer<typeof connection>;

/** An existing database whose whole URL is the operator's secret. */
export const connectionByUrl = z.strictObject({ url: secretRef.describe('The whole URL, by reference') });
export type ConnectionByUrl = z.infer<typeof connectionByUrl>;

export const plan = z.strictObject({
  nodes: z.array(plannedNode).min(1).describe('Nodes, in the order of their addresses'),
  connection: z.union([connection, connectionByUrl]).describe('Where the load tool connects'),
  credentials: z.array(credential).optional().describe('To be derived per run; not given: none'),
  secretRefs: z
    .array(secretRef)
    .optional()
    .describe("Secrets of the operator that the plan's templates and its connection name; not given: none"),
  clampedTo: z.number().optional().meta({
    description: 'Set when `hardwarePolicy: clamp` scaled the limits down: the factor applied, between 0 and 1',
    'x-unit': 'factor',
  }),
});
export type Plan = z.infer<typeof plan>;
