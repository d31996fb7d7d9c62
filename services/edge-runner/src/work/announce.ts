import { decideAndAppend, subjects, type Recorded } from '@benchbus/events';
import { buildInfo } from '@benchbus/service';
import { EDGE_PROTOCOL } from '@benchbus/tasks';
import type { RunnerContext } from './runner-context.ts';

/** Tells the log that this runner takes work: once per process, so a restarted runner announces itself again. */
export async function announceReady(context: RunnerContext, planned: Recorded<'PlacementPlanned'>): Promise<void> {
  const { bus, config, instance, subject } = context;
  const { BENCHBUS_RUN: runId, BENCHBUS_NODE: node, BENCHBUS_SUITE: correlation } = config;
  const { version, commit } = buildInfo();
  await decideAndAppend(bus.log, subject, () => ({
    name: 'EdgeRunnerReady',
    subject,
    cause: planned.id,
    discriminator: `${node}:${instance}`,
    correlation,
    data: { runId, node, instance, version, commit, protocol: EDGE_PROTOCOL },
  }));
}

/** A runner that ends because its run is over says so; one that ends before that will be restarted, and says nothing. */
export async function announceStopped(context: RunnerContext): Promise<void> {
  const { bus, config, instance, subject, watch } = context;
  const { overBy } = await watch.read();
  if (overBy === undefined) return;
  const history = await bus.log.read(subjects.run(config.BENCHBUS_RUN));
  const cause = history.find((event) => event.name === overBy);
  if (cause === undefined) return;
  await decideAndAppend(bus.log, subject, () => ({
    name: 'EdgeRunnerStopped',
    subject,
    cause: cause.id,
    discriminator: `${config.BENCHBUS_NODE}:${instance}`,
    correlation: config.BENCHBUS_SUITE,
    data: { reason: `the run is over (${overBy})` },
  }));
}
