import { subjects } from '@benchbus/events';
import type { Plan } from '@benchbus/suites';
import type { RunnerContext } from './runner-context.ts';
import type { WorkOrder } from './work-order.ts';

/** As long as a timer can be: the order's own signal ends the wait. */
const NEVER_MS = 2_147_483_647;

/**
 * Resolves when every database node has claimed this attempt. A runner ends what its node has of an earlier attempt before it
 * claims, so from then on two attempts of one cluster cannot meet: an old etcd member, or an old Patroni that would find its
 * new store empty and take the lead.
 */
export async function untilOthersClaimed(
  { bus, config }: Pick<RunnerContext, 'bus' | 'config'>,
  plan: Plan,
  { attempt, signal }: Pick<WorkOrder, 'attempt' | 'signal'>,
): Promise<void> {
  // Nothing is there before the first.
  if (attempt === 1) return;
  const nodes = plan.nodes.filter(({ purpose }) => purpose === 'database').map(({ name }) => name);
  const edges = nodes.map((node) => subjects.edge(config.BENCHBUS_RUN, node));
  const claimed = async (subject: string) =>
    (await bus.log.read(subject)).some(
      ({ name, data }) => name === 'SetupStarted' && (data as { attempt: number }).attempt >= attempt,
    );
  const all = async () => ((await Promise.all(edges.map(claimed))).every(Boolean) ? true : undefined);
  await bus.log.waitFor<true>(edges, all, { timeoutMs: NEVER_MS, signal, what: `all nodes at attempt ${attempt}` });
}
