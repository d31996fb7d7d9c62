import { isAbsolute } from 'node:path';
import { PULL_POLICIES } from '@benchbus/docker';
import { STROPPY_URL } from '@benchbus/service';
import { nodeName, targetName, token } from '@benchbus/suites';
import { DEFAULT_LIMITS } from '@benchbus/results';
import { z } from 'zod';
import { secretsVariable } from './external/secrets.ts';

const millis = (value: number) => z.coerce.number().int().min(1).max(2_147_483_647).default(value);
const factor = (fallback: number) => z.coerce.number().positive().default(fallback);

/** `<incarnation>:<sequence>` → the fencing token of the deployment that started this runner. */
export const fenceText = z
  .string()
  .regex(/^[0-9a-f-]{36}:\d+$/, '<incarnation>:<sequence>')
  .transform((text) => {
    const [incarnation = '', sequence = ''] = text.split(':');
    return { incarnation, sequence: Number(sequence) };
  });

/** Set by whoever starts the runner (the provisioner), one runner per node. */
export const edgeRunnerConfig = z.object({
  BENCHBUS_RUN: token,
  BENCHBUS_NODE: nodeName,
  BENCHBUS_SUITE: token,
  BENCHBUS_FENCE: fenceText,
  /** The node's own folder, made by the provisioner. */
  BENCHBUS_NODE_DIR: z.string().refine(isAbsolute, 'an absolute path'),
  /** The protocol of who started the runner; not given: it asks when it enrols. */
  BENCHBUS_EDGE_PROTOCOL: z.string().optional(),
  /** Password of the database's user; derived per run, never logged. */
  BENCHBUS_DB_PASSWORD: z.string().min(1),
  /** The run's other credentials, as far as the plan has them. */
  BENCHBUS_CREDENTIAL_REPLICATION: z.string().min(1).optional(),
  BENCHBUS_CREDENTIAL_REWIND: z.string().min(1).optional(),
  BENCHBUS_CREDENTIAL_PATRONI_API: z.string().min(1).optional(),
  BENCHBUS_CREDENTIAL_PGBOUNCER_ADMIN: z.string().min(1).optional(),
  /** Where the node's processes run: processes of this machine, containers of the node's pod, or containers of a machine of its own. */
  BENCHBUS_TARGET: targetName.default('local'),
  /** Secrets of the operator that the node's plan names; never logged. */
  BENCHBUS_SECRETS: secretsVariable,
  /** As root: the unprivileged user of database and load tool. Default: postgres, else nobody. */
  BENCHBUS_LOCAL_USER: z.string().min(1).optional(),
  /** What the Docker engine does not answer in this time counts as unreachable. */
  BENCHBUS_DOCKER_TIMEOUT_MS: millis(60_000),
  /** Images are pulled when the pod is made; one that is missing by now is pulled again, unless this forbids it. */
  BENCHBUS_PULL_POLICY: z.enum(PULL_POLICIES).default('missing'),
  /** One try of one image. */
  BENCHBUS_PULL_TIMEOUT_MS: millis(600_000),
  /** More tries after the first, where another may go better. */
  BENCHBUS_PULL_RETRIES: z.coerce.number().int().min(0).max(100).default(3),
  /** Before the first of these; doubles. */
  BENCHBUS_PULL_BACKOFF_MS: millis(1_000),
  /** Longest time of one command that prepares or sets up a process (initdb, pg_basebackup), or of one backup. */
  BENCHBUS_COMMAND_TIMEOUT_MS: millis(600_000),
  /** Between two looks at a process that cannot tell by itself how far it is. */
  BENCHBUS_PROBE_INTERVAL_MS: millis(200),
  /** One question to a process: a connection, a query, a request. */
  BENCHBUS_PROBE_TIMEOUT_MS: millis(5_000),
  /** With faults: from one commit of the commit probe to the next. */
  BENCHBUS_COMMIT_INTERVAL_MS: millis(20),
  /** What the commit probe waits for an answer before it tries another connection. */
  BENCHBUS_COMMIT_TIMEOUT_MS: millis(2_000),
  /** Longest time for the commit probe's first row, and for reading its rows back at the end. */
  BENCHBUS_COMMIT_READ_BACK_MS: millis(60_000),
  /** How long a node's runner may take to carry a fault out before it is asked again. */
  BENCHBUS_FAULT_ANSWER_MS: millis(30_000),
  /** A load tool that lost its database waits so long for the database's runner to say what died, before it is the reason itself. */
  BENCHBUS_DEATH_TOLD_MS: millis(15_000),
  /** Up to so many expected transactions/s pgbench logs every one; above, a sample of about so many. */
  BENCHBUS_LOG_ALL_TPS: z.coerce.number().positive().default(20_000),
  /** Where releases of stroppy are: `<url>/<tag>/<tarball>`, and beside it the list of checksums. */
  BENCHBUS_STROPPY_URL: z.url().default(STROPPY_URL),
  /** Where downloads are kept; default: `benchbus/downloads` in the user's cache. */
  BENCHBUS_DOWNLOADS_DIR: z.string().refine(isAbsolute, 'an absolute path').optional(),
  /** Longest time of one download. */
  BENCHBUS_DOWNLOAD_TIMEOUT_MS: millis(300_000),
  /** Between two looks at machine, load tool and server while it is measured. */
  BENCHBUS_METRICS_INTERVAL_MS: millis(1_000),
  /** A measurement is invalid from here on: the load tool's share of the cores it can use. */
  BENCHBUS_VALIDITY_CLIENT_BUSY: factor(DEFAULT_LIMITS.clientBusyShare),
  /** The share of the CPU time that the hypervisor gave to others. */
  BENCHBUS_VALIDITY_STEAL: factor(DEFAULT_LIMITS.stealShare),
  /** The share of the CPU time of processes that are not of the run. */
  BENCHBUS_VALIDITY_FOREIGN: factor(DEFAULT_LIMITS.foreignShare),
  /** The share of the periods in which a CPU limit made the load node, or a quota everything here, wait. */
  BENCHBUS_VALIDITY_THROTTLED: factor(DEFAULT_LIMITS.throttledShare),
  /** Cores that another run on the machine used. */
  BENCHBUS_VALIDITY_CO_TENANT_CORES: factor(DEFAULT_LIMITS.coTenantCores),
  /** How much the probes of CPU and disk before and after it differ. */
  BENCHBUS_VALIDITY_CPU_FACTOR: factor(DEFAULT_LIMITS.cpuFactor),
  BENCHBUS_VALIDITY_DISK_FACTOR: factor(DEFAULT_LIMITS.diskFactor),
  /** Seconds without a look. */
  BENCHBUS_VALIDITY_GAP_SECONDS: factor(DEFAULT_LIMITS.gapSeconds),
  /** Between SIGTERM and SIGKILL when a load tool is aborted; between a process's stop signal and SIGKILL. */
  BENCHBUS_KILL_GRACE_MS: millis(5_000),
  /** How long to wait for the plan in the log. */
  BENCHBUS_START_TIMEOUT_MS: millis(60_000),
  /** How long the engine may take for each of its first answers. */
  BENCHBUS_ENGINE_ANSWERS_MS: millis(5_000),
  /** Between two tries to reach an engine that is away; the limit is the stage's, in the log. */
  BENCHBUS_ENGINE_RETRY_MS: millis(2_000),
  /** Between two tries to reach a log that is away for longer than the bus waits by itself. */
  BENCHBUS_LOG_RETRY_MS: millis(2_000),
  /** How many files are sent at the same time. */
  BENCHBUS_UPLOADS_AT_ONCE: z.coerce.number().int().min(1).max(100).default(4),
  /** Longest wait between two tries of an upload. */
  BENCHBUS_UPLOAD_RETRY_MAX_MS: millis(30_000),
  /** One upload, and the wait for the store's word about it. */
  BENCHBUS_UPLOAD_TIMEOUT_MS: millis(600_000),
});
export type EdgeRunnerConfig = z.output<typeof edgeRunnerConfig>;
