import { buildInfo, runService } from '@benchbus/service';
import { EDGE_PROTOCOL } from '@benchbus/tasks';
import { COMMIT_PROBE } from './commit-probe/program.ts';
import { runCommitProbe } from './commit-probe/run.ts';
import { edgeRunnerConfig } from './config.ts';
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
  else await runService({ name: 'edge-runner', config: edgeRunnerConfig, start: startEdgeRunner });
}
