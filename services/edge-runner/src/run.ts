import { problemOf } from '@benchbus/events';
import { buildInfo, createLogger, exitCodeOf, hideSecretValues, runService } from '@benchbus/service';
import { EDGE_PROTOCOL } from '@benchbus/tasks';
import { COMMIT_PROBE } from './commit-probe/program.ts';
import { runCommitProbe } from './commit-probe/run.ts';
import { edgeRunnerConfig } from './config.ts';
import { enrol, type Enrolled } from './enrolment/enrol.ts';
import { renewAccess } from './enrolment/renew-access.ts';
import { RELEASE_SCHEMA, releaseTask } from './external/release-task.ts';
import { startEdgeRunner } from './start.ts';

/** `benchbus-edge-runner 0.1.0 (commit 3abc8d6, protocol 1.0)` */
export function versionLine(): string {
  const { version, commit } = buildInfo();
  return `benchbus-edge-runner ${version} (commit ${commit}, protocol ${EDGE_PROTOCOL})`;
}

/** What the process does: says its version, does one task alone, or serves its node until it is ended. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  if (args.includes('--version')) {
    process.stdout.write(`${versionLine()}\n`);
    return;
  }
  const task = env['BENCHBUS_EDGE_TASK'];
  if (task === RELEASE_SCHEMA) process.exitCode = await releaseTask(env);
  else if (task === COMMIT_PROBE) process.exitCode = await runCommitProbe(env);
  else await serve(env);
}

async function serve(env: NodeJS.ProcessEnv): Promise<never> {
  const enrolled = await enrolOrEnd(env);
  Object.assign(env, enrolled?.environment);
  const start: typeof startEdgeRunner = async (service) => {
    const { BENCHBUS_RUN: runId, BENCHBUS_NODE: node } = service.config;
    const renewal = enrolled && renewAccess({ ...service, enrolled, runId, node });
    const running = await startEdgeRunner(service);
    return {
      ...running,
      stop: async () => {
        await running.stop();
        renewal?.stop();
      },
    };
  };
  // A node's own user may make no streams.
  const connection = enrolled?.connectAs && { access: enrolled.connectAs, ensureStreams: false };
  return runService({ name: 'edge-runner', config: edgeRunnerConfig, isListed: false, start }, env, connection);
}

/** Not enrolled, it knows neither its log nor its engine: it says why, and ends. */
async function enrolOrEnd(env: NodeJS.ProcessEnv): Promise<Enrolled | undefined> {
  hideSecretValues(env);
  try {
    return await enrol(env);
  } catch (error) {
    const logger = createLogger(
      { LOG_LEVEL: 'info', LOG_MOD: 'production', LOG_MAPPING: '' },
      { service: 'edge-runner' },
    );
    const problem = problemOf(error);
    logger.fatal({ ...problem, err: error }, problem.message);
    return process.exit(exitCodeOf(error));
  }
}
