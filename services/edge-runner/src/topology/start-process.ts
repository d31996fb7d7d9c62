import { BenchbusError } from '@benchbus/events';
import { crashPoint, namedEffect } from '@benchbus/service';
import { ownMilestone } from '../domain/own-milestone.ts';
import { startFailure } from '../domain/start-failure.ts';
import { awaitMilestone } from '../probes/index.ts';
import type { HostedLaunch } from './hosted-launch.ts';
import { placeOf, worldOf, type LaunchContext } from './launch-context.ts';
import { runCommand } from './run-command.ts';
import { untilServerReady } from './until-ready.ts';

async function failure({ node }: LaunchContext, { hosted }: HostedLaunch, signal: AbortSignal): Promise<never> {
  const { code, said, problem } = await hosted.untilEnded(signal);
  const { name, address } = node;
  throw new BenchbusError(problem ?? startFailure({ node: name, address, kind: hosted.kind, code, said }));
}

/** `afterStart`, repeatable, once the process takes connections; then until it has reached what makes its node ready. */
async function becomeReady(context: LaunchContext, one: HostedLaunch, signal: AbortSignal): Promise<void> {
  const { node, limits, deadline, mayCreate, tell } = context;
  const { hosted, launch, planned } = one;
  const where = placeOf(node.name, hosted.kind);
  if (launch.afterStart.length > 0) {
    if (hosted.kind === 'postgres') await untilServerReady(hosted.place.dataDir, signal);
    await mayCreate();
    const how = { code: 'PROCESS_SETUP_FAILED', where, timeoutMs: limits.commandMs };
    for (const command of launch.afterStart)
      await namedEffect('after-start', () => runCommand(hosted, command, how, signal));
  }
  const until = ownMilestone(planned);
  if (until === undefined) return;
  tell(`${hosted.kind}: waiting until ${until}`);
  const need = { node: node.name, process: hosted.kind, until };
  await awaitMilestone(need, worldOf(context, signal), { intervalMs: limits.probeEveryMs, deadline });
}

/**
 * Starts a prepared process, or adopts it, and waits until it is ready.
 * @throws BenchbusError ADDRESS_IN_USE | ADDRESS_NOT_USABLE | DATABASE_START_FAILED | PROCESS_START_FAILED with its own words |
 *   PROCESS_SETUP_FAILED | MILESTONE_TIMEOUT
 */
export async function startProcess(context: LaunchContext, one: HostedLaunch, signal: AbortSignal): Promise<void> {
  const { node, mayCreate, tell } = context;
  const { hosted, launch } = one;
  const { run } = launch;
  if (run !== undefined && !(await hosted.isRunning())) {
    await hosted.requireFreePorts(node.address, Object.values(launch.ports));
    await mayCreate();
    tell(`starting ${hosted.kind}`);
    crashPoint('before.process-start');
    await hosted.start(run);
    crashPoint('after.process-start');
  }
  if (run === undefined) return becomeReady(context, one, signal);
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  const failed = failure(context, one, both);
  failed.catch(() => undefined);
  const ready = becomeReady(context, one, both);
  ready.catch(() => undefined);
  try {
    await Promise.race([ready, failed]);
  } catch (error) {
    // What a probe or a command says of a process that is gone is not the reason.
    if (!signal.aborted && !(await hosted.isRunning())) await failed;
    throw error;
  } finally {
    over.abort(new Error('no longer waited for'));
  }
}
