import { BenchbusError } from '@benchbus/events';
import { namedEffect } from '@benchbus/service';
import type { PlannedProcess } from '@benchbus/suites';
import { hostLaunch, type HostedLaunch } from '../topology/hosted-launch.ts';
import type { LaunchContext } from '../topology/launch-context.ts';
import { placeOf } from '../topology/launch-context.ts';
import { awaitLoads } from '../topology/set-up-node.ts';
import { startProcess } from '../topology/start-process.ts';
import type { NodeCopy } from './node-copy.ts';
import { isStoppedForCopy, noteStopped } from './stopped-note.ts';

/** A server that was killed, or stopped in a hurry, leaves a folder that has to be recovered: no state to start from. */
async function requireClean({ hosted }: HostedLaunch, context: LaunchContext, signal: AbortSignal): Promise<void> {
  const args = ['-D', hosted.place.dataDir];
  const end = await hosted.run(
    { program: 'pg_controldata', args, env: {} },
    { timeoutMs: context.limits.commandMs, signal },
  );
  const state = /^Database cluster state:\s*(.*)$/m.exec(end.stdout)?.[1] ?? end.stderr.trim();
  if (state === 'shut down') return;
  throw new BenchbusError({
    code: 'DATA_NOT_CLEAN',
    message: `the server that was stopped to be copied left its data ${state || 'in an unknown state'}`,
    where: placeOf(context.node.name, hosted.kind),
    hint: 'it did not shut down in BENCHBUS_COMMAND_TIMEOUT_MS, or crashed: benchbus logs has its words',
  });
}

/**
 * Keeps a copy of a loaded node's data: the server is shut down, which writes everything out, copied, and started again, until all
 * that a measurement waits for is ready again; so the run that made the copy measures the same state as those that start from
 * it. Repeatable from any point. Returns whether a copy was made: one that is there is not touched, nor is the server.
 * @throws BenchbusError DATA_NOT_CLEAN | DATA_COPY_FAILED, and what starting the server throws
 */
export async function keepData(
  context: LaunchContext,
  { planned, copy }: { readonly planned: PlannedProcess; readonly copy: NodeCopy },
  signal: AbortSignal,
): Promise<boolean> {
  const { limits, tell, host } = context;
  const one = await hostLaunch(context, planned);
  const { hosted, launch } = one;
  const isKept = await copy.isKept(hosted);
  // A runner that died between the server's start and the end of this left it marked as stopped: its death would surprise nobody.
  const isAsItWas = !(await isStoppedForCopy(hosted)) && (await hosted.isRunning());
  if (isKept && isAsItWas) return false;
  await noteStopped(hosted, true);
  try {
    if (!isKept) {
      tell(`${hosted.kind}: stopped, to keep a copy of its data`);
      // As long as it takes: what is not shut down is no copy.
      await hosted.stop({ signal: launch.stopSignal, graceMs: limits.commandMs });
      await requireClean(one, context, signal);
      await namedEffect('data-keep', () => copy.keep(hosted, signal));
    }
  } finally {
    if (!signal.aborted) {
      await startProcess(context, one, signal);
      await noteStopped(hosted, false);
      await awaitLoads(context, signal);
      await host.recordMemory();
    }
  }
  return !isKept;
}
