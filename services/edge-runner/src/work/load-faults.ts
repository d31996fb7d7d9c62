import { nodeFault } from '@benchbus/events';
import type { NodeRole } from '../domain/node-role.ts';
import { writableServers } from '../faults/fault-servers.ts';
import type { LoadFaults } from '../faults/load-faults.ts';
import { credentialOf } from './credentials.ts';
import type { RunnerContext } from './runner-context.ts';

type LoadRole = Extract<NodeRole, { kind: 'workload' }>;

/** What the plan has broken while its load tool measures; undefined: nothing. */
export function loadFaults(context: RunnerContext, { node, plan }: LoadRole, attempt: number): LoadFaults | undefined {
  const { bus, config } = context;
  const faults = node.processes.flatMap((process) => (process.kind === 'load' ? (process.faults ?? []) : []));
  if (faults.length === 0) return undefined;
  const timeoutMs = config.BENCHBUS_FAULT_ANSWER_MS;
  return {
    ...{ faults, plan, attempt },
    servers: writableServers(plan),
    credential: (name) => credentialOf(config, name),
    inject: (index, target) => {
      const fault = faults[index];
      if (fault === undefined) throw new RangeError(`there is no fault ${index}`);
      const { process, restartAfterMs } = fault;
      const asked = { attempt, index, process, restartAfterMs };
      return bus.questions.ask(nodeFault(config.BENCHBUS_RUN, target), asked, { timeoutMs });
    },
    limits: {
      probeEveryMs: config.BENCHBUS_PROBE_INTERVAL_MS,
      probeMs: config.BENCHBUS_PROBE_TIMEOUT_MS,
      commitEveryMs: config.BENCHBUS_COMMIT_INTERVAL_MS,
      commitAnswerMs: config.BENCHBUS_COMMIT_TIMEOUT_MS,
      readBackMs: config.BENCHBUS_COMMIT_READ_BACK_MS,
    },
  };
}
