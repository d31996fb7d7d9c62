import { resolve } from 'node:path';
import { EDGE_PROTOCOL, EDGE_PROTOCOL_VARIABLE } from '@benchbus/tasks';
import { hatchetVariables } from '@benchbus/tasks/config';
import type { NodeLabel } from './node-folder.ts';

/** What a runner may see of our own environment: its connections, logging and tracing. No other secrets, no state folder. */
const PASSED = [
  /^(PATH|HOME|USER|LANG|TZ|TMPDIR|LC_.*)$/,
  /^NODE_COMPILE_CACHE$/,
  // Who we are to NATS is not who a runner is.
  /^NATS_(?!CREDS_)/,
  /^LOG_/,
  /^OTEL_(?!SERVICE_NAME)/,
  /^BENCHBUS_(LOCAL_USER|ENGINE_(?:ANSWERS|RETRY)_MS|DEATH_TOLD_MS|KILL_GRACE_MS|START_TIMEOUT_MS|(?:COMMAND|PROBE|COMMIT|FAULT)_.*_MS|SHUTDOWN_GRACE_MS|UPLOAD_.*|LOG_ALL_TPS|METRICS_INTERVAL_MS|VALIDITY_.*|STROPPY_URL|DOWNLOADS_DIR|DOWNLOAD_TIMEOUT_MS|CRASH_(?:AT|ONCE|DIR|TRACE))$/,
];

export interface RunnerIdentity {
  readonly label: NodeLabel;
  readonly dir: string;
  readonly databasePassword: string;
  /** The run's other credentials, by variable (BENCHBUS_CREDENTIAL_…). */
  readonly credentials: Readonly<Record<string, string>>;
}

/** The runner's environment; the BENCHBUS_ names are also the labels of everything it starts. */
export function runnerEnvironment(
  own: NodeJS.ProcessEnv,
  extra: Readonly<Record<string, string>>,
  { label, dir, databasePassword, credentials }: RunnerIdentity,
): Record<string, string> {
  const passed = Object.entries(own).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && PASSED.some((pattern) => pattern.test(entry[0])),
  );
  // A runner works in another folder.
  const absolute = passed.map(([name, value]) => [name, /^NATS_.*_FILE$/.test(name) ? resolve(value) : value]);
  return {
    ...Object.fromEntries(absolute),
    ...hatchetVariables(own),
    ...extra,
    [EDGE_PROTOCOL_VARIABLE]: EDGE_PROTOCOL,
    BENCHBUS_INSTALLATION: label.installation,
    BENCHBUS_RUN: label.run,
    BENCHBUS_NODE: label.node,
    BENCHBUS_SUITE: label.suite,
    BENCHBUS_FENCE: `${label.fence.incarnation}:${label.fence.sequence}`,
    BENCHBUS_NODE_DIR: dir,
    BENCHBUS_DB_PASSWORD: databasePassword,
    ...credentials,
  };
}
