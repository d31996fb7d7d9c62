import type { ArtifactClaim } from '@benchbus/events';
import { problemOf } from '@benchbus/events';
import { namedEffect } from '@benchbus/service';
import type { NodeRole } from '../domain/node-role.ts';
import { externalLogin } from '../external/external-login.ts';
import { secretOf } from '../external/secrets.ts';
import { holdSchema, releaseSchema } from '../external/hold-schema.ts';
import { makeOwnedDir } from '../runtime/process/files.ts';
import { workloadFor } from '../workloads/index.ts';
import { collectAll, measureAll } from '../workloads/repeats.ts';
import { dataAreThere, keeper } from '../kept/ask-keep.ts';
import type { LoadFaults } from '../faults/load-faults.ts';
import { faultyConnection } from '../faults/fault-servers.ts';
import type { WorkloadContext, WorkloadVerdict } from '../workloads/plugin.ts';
import { artifactsDir, attemptDir } from './attempt-dirs.ts';
import { claimArtifacts } from './claim-artifacts.ts';
import { loadFaults } from './load-faults.ts';
import { poolModeOf, toolSettings, watchSettings } from './tool-settings.ts';
import { labelsOf, type RunnerContext } from './runner-context.ts';
import { progressTeller } from './task-lines.ts';
import { unlessDied } from './unless-died.ts';
import { withSharing } from './with-sharing.ts';
import type { Worker, WorkOrder } from './work-order.ts';

type LoadRole = Extract<NodeRole, { kind: 'workload' }>;

function loginOf({ config }: RunnerContext, { external, connection }: LoadRole, faults: LoadFaults | undefined) {
  if (external || 'url' in connection) return externalLogin(connection, config.BENCHBUS_SECRETS);
  if (faults !== undefined)
    return { faults, connection: faultyConnection(connection, faults.servers), password: config.BENCHBUS_DB_PASSWORD };
  return { connection, password: config.BENCHBUS_DB_PASSWORD };
}

function workloadContext(context: RunnerContext, role: LoadRole, order: WorkOrder): WorkloadContext {
  const { config, bus, user, host, logs, taskLines } = context;
  const { BENCHBUS_NODE_DIR: nodeDir, BENCHBUS_RUN: runId, BENCHBUS_NODE: node } = config;
  const teller = progressTeller(taskLines.tell, () => Date.now());
  return {
    dir: attemptDir(nodeDir, order.attempt),
    artifactsDir: artifactsDir(nodeDir, order.attempt),
    runId,
    poolMode: poolModeOf(role.plan),
    tools: toolSettings(config),
    watch: watchSettings(config),
    secret: (ref) => secretOf(config.BENCHBUS_SECRETS, ref),
    secrets: context.secrets,
    ...loginOf(context, role, loadFaults(context, role, order.attempt)),
    ...(role.external ? { checkpoint: 'if permitted' as const } : {}),
    user,
    steps: host.steps,
    labels: labelsOf(context),
    graceMs: config.BENCHBUS_KILL_GRACE_MS,
    mayCreate: order.mayCreate,
    output: (line) => logs.line(role.workload.tool, line),
    progress: (progress) => {
      bus.telemetry.progress({ runId, node, time: new Date().toISOString(), ...progress });
      teller(progress);
    },
  };
}

/** Runs the plan's load tool, and lists what it left. */
export function workloadWorker(context: RunnerContext, role: LoadRole): Worker {
  const tool = () => withSharing(workloadFor(role.workload), context.bus.log, context.logger);
  const { BENCHBUS_RUN: runId, BENCHBUS_NODE: node, BENCHBUS_SUITE: correlation } = context.config;

  const artifacts = async (order: WorkOrder, verdict: WorkloadVerdict): Promise<ArtifactClaim[]> => {
    const where = workloadContext(context, role, order);
    const files = await namedEffect('artifact-collect', () => collectAll(tool(), role.repeat, where, verdict));
    return claimArtifacts(files, { runId, node, attempt: order.attempt, dir: where.artifactsDir });
  };
  const { BENCHBUS_INSTALLATION: installation, BENCHBUS_NODE_DIR: nodeDir, BENCHBUS_SECRETS: secrets } = context.config;
  const hold = async ({ signal }: WorkOrder) => {
    if (role.external) await holdSchema(nodeDir, { installation, runId, connection: role.connection }, secrets, signal);
  };
  // What cannot be dropped now is tried again, and told, by whoever destroys the node.
  const release = async () => {
    await releaseSchema(nodeDir, secrets).catch((error: unknown) =>
      context.logger.warn({ ...problemOf(error) }, "the load tool's schema could not be dropped yet"),
    );
  };
  const common = ({ attempt, claim }: WorkOrder) => ({
    subject: context.subject,
    cause: claim.id,
    attempt,
    correlation,
  });
  return {
    work: async (order) => {
      const where = workloadContext(context, role, order);
      await namedEffect('attempt-folder', () => makeOwnedDir(where.dir, context.user));
      await hold(order);
      const copied = {
        dataAreThere: await dataAreThere(context, role, order.attempt),
        loaded: keeper(context, role, order),
      };
      const work = (signal: AbortSignal) => measureAll(tool(), role, { ...where, ...copied }, signal);
      const { all, middle } = await unlessDied(context, role.plan, order.signal, work);
      const data = {
        attempt: order.attempt,
        summary: middle.summary,
        ...(all.length === 1 ? {} : { repeats: all.map(({ summary }) => summary) }),
        artifacts: await artifacts(order, middle),
      };
      await release();
      return { name: 'WorkloadFinished', ...common(order), data };
    },
    failed: async (order, problem) => {
      // A failure must reach the log even if its files cannot be read any more.
      const kept = await artifacts(order, { problem }).catch((error: unknown) => {
        context.logger.warn({ ...problemOf(error) }, 'the files of a failed workload could not be collected');
        return [];
      });
      await release();
      return { name: 'WorkloadFailed', ...common(order), data: { attempt: order.attempt, problem, artifacts: kept } };
    },
  };
}
