import { BenchbusError, nodeKeep } from '@benchbus/events';
import { readyAttempt } from '../domain/process-death.ts';
import { refusal } from '../domain/may-create.ts';
import type { NodeRole } from '../domain/node-role.ts';
import { insistOnLog } from '../work/insist-on-log.ts';
import { launchContext } from '../work/launch-context.ts';
import type { RunnerContext } from '../work/runner-context.ts';
import { keepData } from './keep-data.ts';
import { nodeCopy } from './node-copy-of.ts';

type DatabaseRole = Extract<NodeRole, { kind: 'database' }>;

/**
 * Keeps a copy of this node's data when the load node's runner, which has loaded them, asks for it; undefined where the plan
 * names no copy of this node.
 * @param onStarted hears that the server was started again, after a copy that failed, too
 */
export async function answerKeep(
  context: RunnerContext,
  role: DatabaseRole,
  onStarted: () => void,
): Promise<{ stop(): Promise<void> } | undefined> {
  const { bus, config, subject, watch, stopping, logger } = context;
  const copy = nodeCopy(context, role);
  const planned = role.node.processes.find(({ kind }) => kind === 'postgres');
  if (copy === undefined || planned === undefined) return undefined;
  const over = new AbortController();
  const signal = AbortSignal.any([stopping, over.signal]);
  const unwatch = watch.onChange(({ overBy }) => {
    if (overBy !== undefined)
      over.abort(new BenchbusError({ code: 'CANCELLED', message: `the run is over (${overBy})`, where: subject }));
  });

  const keep = async (attempt: number) => {
    const mayCreate = async () => {
      signal.throwIfAborted();
      const run = await insistOnLog(context, () => watch.read(), signal);
      const work = { kind: 'workload', attempt, incarnation: config.BENCHBUS_FENCE.incarnation } as const;
      const problem = refusal(work, run, bus.log.incarnation);
      if (problem !== undefined) throw new BenchbusError(problem);
    };
    await mayCreate();
    const claimed = readyAttempt(await insistOnLog(context, () => bus.log.read(subject), signal));
    if (claimed === undefined)
      throw new BenchbusError({ code: 'NODE_NOT_READY', message: 'the node is not ready', where: subject });
    const launch = launchContext(context, role, { attempt: claimed, deadline: undefined, mayCreate });
    // Whether or not there is a copy then: the server runs again, and whoever does not ask again measures with it.
    const made = await keepData(launch, { planned, copy }, signal).finally(onStarted);
    const name = await copy.name(await context.host.process(planned));
    logger.info({ copy: name, made }, 'a copy of the loaded data is kept');
    return { name, made };
  };
  const running = new Map<number, ReturnType<typeof keep>>();
  const answering = await bus.questions.answer(nodeKeep(config.BENCHBUS_RUN, config.BENCHBUS_NODE), ({ attempt }) => {
    const begun = running.get(attempt) ?? keep(attempt).finally(() => running.delete(attempt));
    running.set(attempt, begun);
    return begun;
  });
  return {
    stop: async () => {
      unwatch();
      over.abort(new Error('the runner is stopping'));
      await answering.stop();
      await Promise.allSettled(running.values());
    },
  };
}
