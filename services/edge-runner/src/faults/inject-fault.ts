import { BenchbusError, decideAndAppend } from '@benchbus/events';
import type { nodeFault } from '@benchbus/events';
import { namedEffect } from '@benchbus/service';
import type { z } from 'zod';
import { faultOf, type FaultFact } from '../domain/fault-facts.ts';
import { faultTargets } from '../domain/fault-targets.ts';
import { refusal } from '../domain/may-create.ts';
import { noteKill } from './killed-note.ts';
import { stageOf } from '../domain/decide-claim.ts';
import type { NodeRole } from '../domain/node-role.ts';
import { insistOnLog } from '../work/insist-on-log.ts';
import type { RunnerContext } from '../work/runner-context.ts';

export type DatabaseRole = Extract<NodeRole, { kind: 'database' }>;
export type FaultAsked = z.output<ReturnType<typeof nodeFault>['ask']>;

/**
 * Kills what the fault names on this node, and says so in the log; nothing where the log says so already. A runner that dies
 * between the kill and its fact kills again when it is asked again: nothing was started meanwhile, as only the fact starts it.
 * @throws BenchbusError CANCELLED | SUPERSEDED | FENCE_OTHER_LOG | STAGE_UNKNOWN | FAULT_WITHOUT_TARGET
 */
export async function injectFault(
  context: RunnerContext,
  { node }: DatabaseRole,
  asked: FaultAsked,
): Promise<FaultFact> {
  const { bus, config, subject, watch, host, logger } = context;
  const { attempt, index, process, restartAfterMs } = asked;
  const history = () => insistOnLog(context, () => bus.log.read(subject));
  const known = faultOf(await history(), attempt, index);
  if (known !== undefined) return known;
  const run = await insistOnLog(context, () => watch.read());
  const work = { kind: 'workload', attempt, incarnation: config.BENCHBUS_FENCE.incarnation } as const;
  const refused = refusal(work, run, bus.log.incarnation);
  if (refused !== undefined) throw new BenchbusError(refused);
  const where = `node ${node.name}, fault ${index}`;
  const stage = stageOf(run, work);
  if (stage === undefined)
    throw new BenchbusError({ code: 'STAGE_UNKNOWN', message: `the workload has no attempt ${attempt}`, where });
  const targets = faultTargets(node, process);
  if (targets.length === 0)
    throw new BenchbusError({
      code: 'FAULT_WITHOUT_TARGET',
      message: `the node runs no ${process} of its own`,
      where,
      hint: '`benchbus plan FILE` shows which processes each node runs',
    });
  const hosted = await Promise.all(targets.map((planned) => host.process(planned)));
  const killed = targets.map(({ kind }) => kind);
  logger.warn({ attempt, index, killed }, 'killing, as the suite asks');
  for (const one of hosted) await noteKill(one, { attempt, index });
  await namedEffect('fault-kill', () => Promise.all(hosted.map((one) => one.kill())));
  const at = new Date().toISOString();
  await insistOnLog(context, () =>
    decideAndAppend(bus.log, subject, (events) =>
      faultOf(events, attempt, index) !== undefined
        ? undefined
        : {
            name: 'FaultInjected',
            subject,
            cause: stage.id,
            discriminator: `${node.name}:${index}`,
            attempt,
            correlation: config.BENCHBUS_SUITE,
            data: { attempt, index, kind: 'kill', process, killed, at, restartAfterMs },
          },
    ),
  );
  const fact = faultOf(await history(), attempt, index);
  if (fact === undefined)
    throw new BenchbusError({ code: 'OUTCOME_LOST', message: 'the fault is not in the log', where });
  return fact;
}
