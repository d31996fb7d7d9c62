import { BenchbusError, problemOf, setProcessWork, subjects } from '@benchbus/events';
import {
  aborted,
  buildInfo,
  hideSecretValues,
  namedEffect,
  within,
  type RunningService,
  type ServiceContext,
} from '@benchbus/service';
import { EDGE_PROTOCOL, greetEngine, readHatchetConfig, requireFittingProtocol } from '@benchbus/tasks';
import { keepEdgeWorker } from './adapters/hatchet-worker.ts';
import { placement } from './adapters/placement.ts';
import { watchRun } from './adapters/run-watch.ts';
import type { EdgeRunnerConfig } from './config.ts';
import { roleOf } from './domain/node-role.ts';
import { answerFaults } from './faults/answer-faults.ts';
import { answerKeep } from './kept/answer-keep.ts';
import { chooseHost } from './runtime/host/choose-host.ts';
import { resolveLocalUser } from './runtime/process/local-user.ts';
import { RunnerStopping } from './runtime/process/runner-stopping.ts';
import { announceReady, announceStopped } from './work/announce.ts';
import { secretsOf } from './work/credentials.ts';
import { Desk } from './work/desk.ts';
import { insistOnLog } from './work/insist-on-log.ts';
import { createLogPublisher } from './work/log-publisher.ts';
import { startJobs } from './work/jobs.ts';
import { publishProcessLogs, publishRunnerLog } from './work/node-logs.ts';
import { labelsOf, type RunnerContext } from './work/runner-context.ts';
import { setUpWorker } from './work/set-up-worker.ts';
import { createTaskLines, type Tell } from './work/task-lines.ts';
import { createUploads } from './work/uploads.ts';
import { watchProcesses } from './work/watch-processes.ts';
import { workloadWorker } from './work/workload-worker.ts';

/** The SDK waits for the engine without a limit; what else a runner does at its end must fit into the provisioner's grace of 5 s. */
const WORKER_STOP_MS = 2_000;

/** The log this runner was started for must be the one it is connected to. */
function requireLog({ BENCHBUS_FENCE: { incarnation } }: EdgeRunnerConfig, connected: string): void {
  if (incarnation === connected) return;
  throw new BenchbusError({
    code: 'FENCE_OTHER_LOG',
    message: `started for log ${incarnation}, connected to ${connected}`,
    where: 'BENCHBUS_FENCE',
    hint: 'the log was restored or replaced: this deployment belongs to the old one',
  });
}

/** Whoever started this runner has to understand it. */
function requireProtocol({ BENCHBUS_EDGE_PROTOCOL: theirs, BENCHBUS_NODE: node }: EdgeRunnerConfig): void {
  if (theirs === undefined) return;
  const { version } = buildInfo();
  const plane = { who: 'control plane', version: '(that started the runner)', protocol: theirs };
  requireFittingProtocol(plane, { who: `edge runner of node ${node}`, version, protocol: EDGE_PROTOCOL });
}

/** Plan → role → liveness → adoption → Hatchet worker → EdgeRunnerReady. */
export async function startEdgeRunner(service: ServiceContext<EdgeRunnerConfig>): Promise<RunningService> {
  const { config, bus, logger, instance, signal } = service;
  setProcessWork({ suite: config.BENCHBUS_SUITE, run: config.BENCHBUS_RUN });
  const { BENCHBUS_RUN: runId, BENCHBUS_NODE: node, BENCHBUS_START_TIMEOUT_MS: startTimeoutMs } = config;
  requireLog(config, bus.log.incarnation);
  requireProtocol(config);
  const given = Object.entries(config.BENCHBUS_SECRETS);
  hideSecretValues(Object.fromEntries(given.map(([name, value]) => [`SECRET ${name}`, value])));
  const secrets = [...secretsOf(config), ...given.map(([, value]) => value)];
  const logs = createLogPublisher({
    telemetry: bus.telemetry,
    ...{ runId, node },
    secrets,
    clock: () => Date.now(),
  });
  const untap = publishRunnerLog(logger, logs);
  const [planned] = await Promise.all([
    placement(bus, runId, startTimeoutMs, signal),
    greetEngine(readHatchetConfig(), logger, config.BENCHBUS_ENGINE_ANSWERS_MS),
  ]);
  const role = roleOf(planned.data.plan, node);
  const user = await resolveLocalUser(config.BENCHBUS_LOCAL_USER);
  const watch = await watchRun(bus, runId);
  const subject = subjects.edge(runId, node);
  const taskLines = createTaskLines();
  const tell = (line: string) => logger.info(line);
  const host = chooseHost({ config, node: role.node, user, labels: labelsOf({ config }), tell });
  const context: RunnerContext = {
    config,
    bus,
    logger,
    secrets,
    logs,
    taskLines,
    role,
    user,
    host,
    instance,
    watch,
    subject,
    stopping: signal,
  };

  const processLogs = role.kind === 'database' ? await publishProcessLogs(context, role.node) : undefined;
  const jobs = role.kind === 'database' ? startJobs(context, role) : undefined;
  const processes = role.kind === 'database' ? watchProcesses(context, role) : undefined;
  const faults =
    role.kind === 'database' ? await answerFaults(context, role, (kind) => processes?.again(kind)) : undefined;
  const keeping =
    role.kind === 'database' ? await answerKeep(context, role, () => processes?.again('postgres')) : undefined;
  const desk = new Desk(context, role.kind === 'database' ? setUpWorker(context, role) : workloadWorker(context, role));
  const uploads = createUploads(context);
  const background = (what: string, promise: Promise<unknown>) =>
    void promise.catch((error: unknown) => {
      if (!(error instanceof RunnerStopping)) logger.error({ ...problemOf(error), err: error }, `${what} failed`);
    });
  /** Of a node that is ready. */
  const goOn = () => {
    if (jobs) background('starting jobs', jobs.resume());
    if (processes) background('watching processes', processes.resume());
  };
  const perform = async (attempt: number, tell: Tell) => {
    const deaf = taskLines.listen(tell);
    const answer = await desk.perform(role.kind, attempt).finally(deaf);
    goOn();
    background('uploading', uploads.resume());
    return answer;
  };

  const retryMs = config.BENCHBUS_ENGINE_RETRY_MS;
  const askLog = <T>(work: () => Promise<T>) => insistOnLog(context, work);
  const worker = keepEdgeWorker({ bus, runId, node, kind: role.kind, perform, askLog, retryMs, logger });
  const alive = await namedEffect('liveness-hold', () => bus.liveness.hold(`edge.${runId}.${node}`, { instance }));
  // What earlier runners left is uploaded now, not after a measurement that is still going on.
  background('uploading', uploads.resume());
  background(
    'adoption',
    desk.adopt().finally(() => {
      goOn();
      background('uploading', uploads.resume());
    }),
  );
  // An engine that is away holds up neither the sign of life nor what was begun.
  await Promise.race([namedEffect('worker-register', () => worker.ready), aborted(signal)]);
  // Without a worker the node is deaf: end, so that whoever created the runner restarts it, or says why it cannot.
  void worker.refused.catch((error: unknown) => {
    logger.fatal({ ...problemOf(error), err: error }, problemOf(error).message);
    process.exit(1);
  });
  if (!signal.aborted) await announceReady(context, planned);

  return {
    // Neither the database nor the load tool is stopped: the next runner adopts them, or the provisioner destroys them.
    stop: async () => {
      const stopped = namedEffect('worker-stop', () => worker.stop()).catch((error: unknown) =>
        logger.warn({ ...problemOf(error), err: error }, 'the worker could not be stopped'),
      );
      if ((await within(stopped, WORKER_STOP_MS)) === 'late')
        logger.warn({ afterMs: WORKER_STOP_MS }, 'the worker did not stop in time: the engine does not answer');
      await processes?.stop();
      await faults?.stop();
      await keeping?.stop();
      await jobs?.stop();
      if (role.kind === 'database') await host.recordMemory();
      await announceStopped(context);
      await namedEffect('liveness-end', () => alive.stop());
      await watch.stop();
      await processLogs?.stop();
      untap();
      logs.flush();
    },
  };
}
