import { problemOf } from '@benchbus/events';
import { launchOf } from '@benchbus/suites';
import { Cron } from 'croner';
import { attemptsOf } from '../domain/edge-view.ts';
import type { NodeRole } from '../domain/node-role.ts';
import type { ResolvedCommand } from '../domain/resolve-launch.ts';
import type { HostedProcess } from '../runtime/host/process-host.ts';
import { hostLaunch } from '../topology/hosted-launch.ts';
import { placeOf } from '../topology/launch-context.ts';
import { runCommand } from '../topology/run-command.ts';
import { hostedContext, limitsOf } from './launch-context.ts';
import type { RunnerContext } from './runner-context.ts';

type DatabaseRole = Extract<NodeRole, { kind: 'database' }>;

/** Asked to end, a job tidies up; the runner's own end waits for it. */
const END_MS = 1_500;

export interface Jobs {
  /** Starts the clocks if the node is ready and the run goes on; again is nothing. */
  resume(): Promise<void>;
  /** Nothing is started any more; what runs is ended. */
  stop(): Promise<void>;
}

/** What the plan has started by the clock (backups): from the node's DatabaseReady to the run's end. */
export function startJobs(context: RunnerContext, role: DatabaseRole): Jobs {
  const { bus, subject, watch, logger, logs, stopping } = context;
  const { node } = role;
  const over = new AbortController();
  const signal = AbortSignal.any([stopping, over.signal]);
  const clocks: Cron[] = [];
  let running = Promise.resolve();
  let started = false;

  const fire = async (hosted: HostedProcess, command: ResolvedCommand): Promise<void> => {
    const { kind } = hosted;
    const { commandMs: timeoutMs, graceMs } = limitsOf(context);
    const where = placeOf(node.name, kind);
    const how = { code: 'JOB_FAILED', where, timeoutMs, graceMs: Math.min(graceMs, END_MS) };
    logs.line(kind, `${kind} begins`);
    try {
      const printed = await runCommand(hosted, command, how, signal);
      for (const line of printed.split('\n')) if (line !== '') logs.line(kind, line);
      logs.line(kind, `${kind} is done`);
    } catch (error) {
      if (signal.aborted) return;
      const problem = problemOf(error);
      logger.error({ ...problem, process: kind }, 'a job failed');
      logs.line(kind, `${problem.code}: ${kind} failed: ${problem.message} (${where})`);
    }
  };

  const isReady = async (): Promise<boolean> => {
    const newest = attemptsOf(await bus.log.read(subject), 'database').at(-1);
    return newest?.outcome?.name === 'DatabaseReady' && (await watch.read()).overBy === undefined;
  };

  const start = async (): Promise<void> => {
    for (const planned of node.processes) {
      if ((launchOf(planned)?.jobs ?? []).length === 0) continue;
      const { hosted, launch } = await hostLaunch(hostedContext(context, role), planned);
      for (const { schedule, command } of launch.jobs) {
        // `protect`: what comes while the last one still runs is left out.
        const clock = new Cron(schedule, { timezone: 'UTC', protect: true, unref: true }, () => {
          running = Promise.all([running, fire(hosted, command)]).then(() => undefined);
          return running;
        });
        clocks.push(clock);
      }
    }
  };
  const stopClocks = (): void => clocks.splice(0).forEach((clock) => clock.stop());
  const unwatch = watch.onChange(({ overBy }) => {
    if (overBy === undefined) return;
    stopClocks();
    over.abort(new Error(`the run is over (${overBy})`));
  });

  return {
    resume: async () => {
      if (started || signal.aborted || !(await isReady())) return;
      // Two askers may have waited for the same answer.
      if (started) return;
      started = true;
      await start();
    },
    stop: async () => {
      unwatch();
      stopClocks();
      over.abort(new Error('the runner is stopping'));
      await running;
    },
  };
}
