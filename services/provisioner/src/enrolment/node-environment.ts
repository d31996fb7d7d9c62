import { readFileSync } from 'node:fs';
import { BenchbusError, type EventLog } from '@benchbus/events';
import { databasePassword } from '@benchbus/service';
import { secretRefsOfNode } from '@benchbus/suites';
import { readDeployment, readRun } from '../app/views.ts';
import { nodeSecrets } from '../local/node-secrets.ts';
import { runCredentials } from '../local/run-credentials.ts';
import { runnerEnvironment } from '../local/runner-environment.ts';
import type { EnrolledNode } from './enrolment.ts';

export interface NodeEnvironmentOptions {
  readonly log: EventLog;
  readonly env: NodeJS.ProcessEnv;
  readonly installation: string;
  readonly key: Buffer;
  readonly secretsDir: string | undefined;
}

/** What is this machine's, or what a runner that enrols knows by itself. */
const NOT_OF_THE_NODE =
  /^(PATH|HOME|USER|LANG|TZ|TMPDIR|LC_.*|NODE_COMPILE_CACHE|NATS_.*|BENCHBUS_LOCAL_USER|BENCHBUS_CRASH_.*)$/;
const HATCHET_FILE = /^HATCHET_CLIENT_TLS_\w+_FILE$/;
/** Said at the runner's start already. */
const KNOWN = new Set(['BENCHBUS_RUN', 'BENCHBUS_NODE', 'BENCHBUS_FENCE', 'BENCHBUS_NODE_DIR']);

/** A path means nothing on another machine: the variables take the text itself, too. */
const withContents = ([name, value]: [string, string]): [string, string] =>
  HATCHET_FILE.test(name) && !value.includes('\n') ? [name, readFileSync(value, 'utf8')] : [name, value];

/**
 * Variables of the runner of a node on another machine: the engine's settings, the run's credentials, and those secrets of the
 * operator that the plan names for this node. Never log it.
 * @throws BenchbusError NODE_NOT_PLANNED | SECRET_*
 */
export async function nodeEnvironment(
  options: NodeEnvironmentOptions,
  { runId, node, fence }: EnrolledNode,
): Promise<Record<string, string>> {
  const { log, env, installation, key, secretsDir: dir } = options;
  const [{ plan }, { queued }] = await Promise.all([readDeployment(log, runId), readRun(log, runId)]);
  const planned = plan?.data.plan.nodes.find(({ name }) => name === node);
  if (plan === undefined || planned === undefined)
    throw new BenchbusError({ code: 'NODE_NOT_PLANNED', message: `run ${runId} has no node ${node}`, where: node });
  const label = {
    ...{ installation, run: runId, node, fence, address: planned.address },
    leaseExpiresAt: plan.data.leaseExpiresAt,
    suite: queued?.data.suiteId ?? runId,
  };
  const passed = Object.fromEntries(Object.entries(env).filter(([name]) => !NOT_OF_THE_NODE.test(name)));
  const identity = {
    label,
    dir: '',
    databasePassword: databasePassword(key, runId),
    credentials: runCredentials(key, runId),
  };
  const secrets = nodeSecrets(secretRefsOfNode(plan.data.plan, planned), { env, dir });
  const entries = Object.entries({ ...runnerEnvironment(passed, {}, identity), ...secrets });
  return Object.fromEntries(entries.filter(([name]) => !KNOWN.has(name)).map(withContents));
}
