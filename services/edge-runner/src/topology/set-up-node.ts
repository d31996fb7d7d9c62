import { namedEffect } from '@benchbus/service';
import type { Plan, PlannedProcess } from '@benchbus/suites';
import { awaitMilestone, prove, type Facts } from '../probes/index.ts';
import { hostLaunch, type HostedLaunch } from './hosted-launch.ts';
import { worldOf, type LaunchContext } from './launch-context.ts';
import { isPrepared, prepareProcess, retireProcess, wasTouched } from './prepare-process.ts';
import { startProcess } from './start-process.ts';

export interface NodeProof {
  /** Of the node's PostgreSQL; undefined where it has none. */
  readonly serverVersion: string | undefined;
  readonly proven: Facts;
}

/** Everything that an earlier attempt made is ended: two attempts of one cluster must not meet. */
export async function retireNode(
  context: Pick<LaunchContext, 'node' | 'attempt' | 'host' | 'limits'>,
  signal: AbortSignal,
): Promise<void> {
  for (const planned of [...context.node.processes].reverse()) {
    const hosted = await context.host.process(planned);
    if (!(await wasTouched(hosted)) || (await isPrepared(hosted, context.attempt))) continue;
    await retireProcess(hosted, context.limits.graceMs, signal);
  }
}

async function awaitAll(context: LaunchContext, { kind, startAfter = [] }: PlannedProcess, signal: AbortSignal) {
  const { limits, deadline, tell } = context;
  for (const need of startAfter) {
    tell(`${kind} waits for ${need.process} of ${need.node}: ${need.until}`);
    await awaitMilestone(need, worldOf(context, signal), { intervalMs: limits.probeEveryMs, deadline });
  }
}

async function bringUp(context: LaunchContext, one: HostedLaunch, signal: AbortSignal): Promise<void> {
  const { attempt, host } = context;
  const { hosted, planned } = one;
  const goesOn = (await isPrepared(hosted, attempt)) && (await hosted.isRunning());
  if (!goesOn) {
    await awaitAll(context, planned, signal);
    await prepareProcess(context, one, signal);
  }
  await startProcess(context, one, signal);
  if ('version' in planned) await namedEffect('memory-record', () => host.recordMemory());
}

/**
 * Brings up all processes of a node, each when those that it waits for are, and proves them: idempotent within an attempt
 * (what a crashed runner left is used, or redone where it is not complete); a new attempt starts from empty folders.
 * @throws BenchbusError of the first process that fails; the others are left as they are, for a new attempt or the release
 */
export async function setUpNode(context: LaunchContext, signal: AbortSignal): Promise<NodeProof> {
  const { node, tell } = context;
  const launches = await Promise.all(node.processes.map((planned) => hostLaunch(context, planned)));
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  const all = launches.map((one) => bringUp(context, one, both));
  await Promise.all(all).catch(async (error: unknown) => {
    over.abort(error);
    await Promise.allSettled(all);
    throw error;
  });
  await awaitLoads(context, signal);
  tell('proving what runs');
  return namedEffect('database-proof', () => proveNode(context, signal));
}

/** What a measurement waits for: only then a primary can tell of all its replicas. */
export async function awaitLoads(context: LaunchContext, signal: AbortSignal): Promise<void> {
  for (const load of loadsOf(context.plan)) await awaitAll(context, load, signal);
}

const loadsOf = ({ nodes }: Plan): PlannedProcess[] =>
  nodes.flatMap(({ processes }) => processes.filter(({ kind }) => kind === 'load'));

async function proveNode(context: LaunchContext, signal: AbortSignal): Promise<NodeProof> {
  const { node } = context;
  let serverVersion: string | undefined;
  const facts: Facts[] = [];
  for (const planned of node.processes) {
    const proof = await prove(node.name, planned.kind, worldOf(context, signal));
    if ('version' in planned) serverVersion = proof.version;
    const hosted = await context.host.process(planned);
    facts.push(proof.facts, hosted.facts ?? {});
    if (planned.kind === 'postgres' && context.copy !== undefined) facts.push(await context.copy.facts(hosted));
  }
  return { serverVersion, proven: Object.assign({}, ...facts) as Facts };
}
