import { DOCKER_FINAL } from '@benchbus/docker';
import { BenchbusError, decideAndAppend, subjects } from '@benchbus/events';
import type { AnyDraft, Recorded } from '@benchbus/events';
import { secretRefsOfNode, type Problem } from '@benchbus/suites';
import { decide } from '../domain/decide.ts';
import type { Step } from '../domain/decide.ts';
import { deploymentView } from '../domain/deployment-view.ts';
import type { DeploymentView } from '../domain/deployment-view.ts';
import { provisionTimeout } from '../domain/problems.ts';
import { TERRAFORM_FINAL } from '../terraform/domain/problems.ts';
import type { Fence } from '../domain/types.ts';
import { announceAgain } from './announcer.ts';
import { Overtaken } from './lanes.ts';
import { planRun } from './plan-run.ts';
import type { ProvisionerContext } from './provisioner-context.ts';
import { standsIn } from './stands-in.ts';
import { readRun, readViews } from './views.ts';
import type { Views } from './views.ts';

/** Problems that end the attempt; anything else is ours, is retried, and parked if it stays. */
const FINAL = new Set([
  'SECRET_MISSING',
  'SECRET_FILE_OPEN',
  'SECRET_UNREADABLE',
  'SECRET_NAME_INVALID',
  'RUNNER_START_FAILED',
  'ADDRESS_IN_USE',
  'HW_EXCEEDS_HOST',
  'PROGRAM_MISSING',
  'LOCAL_DIR_UNUSABLE',
  'PROVISION_TIMEOUT',
  ...DOCKER_FINAL,
  ...TERRAFORM_FINAL,
]);

/** A longer setTimeout fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

async function situation(context: ProvisionerContext, runId: string): Promise<{ views: Views; step: Step }> {
  const { bus, hostId, targets } = context;
  const views = await readViews(bus.log, runId);
  const { run } = views;
  const isStandIn = run.release !== undefined && (await standsIn(context, run.request));
  const step = decide({
    ...{ ...views, hostId, standsIn: isStandIn, served: targets.names, lost: context.lost?.has(runId) ?? false },
    ...{ incarnation: bus.log.incarnation, now: Date.now() },
  });
  return { views, step };
}

export const nextStep = async (context: ProvisionerContext, runId: string): Promise<Step> =>
  (await situation(context, runId)).step;

/** Appends what `make` says, decided on the deployment's newest history. */
async function append(
  { bus }: ProvisionerContext,
  runId: string,
  make: (view: DeploymentView) => AnyDraft | undefined,
): Promise<void> {
  await decideAndAppend(bus.log, subjects.deployment(runId), (history) => make(deploymentView(history)));
}

/** One attempt, step by step as the log says, until there is nothing left to do for it. Repeatable from any point. */
export async function createDeployment(context: ProvisionerContext, runId: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { views, step } = await situation(context, runId);
    const suiteId = views.run.queued?.data.suiteId ?? runId;
    switch (step.do) {
      case 'plan':
        await plan(context, runId, views, step, signal);
        break;
      case 'create':
        await createNodes(context, runId, views, step, signal);
        break;
      case 'await':
        await awaitRunners(context, runId, views, step, signal);
        break;
      case 'ready':
        return sayReady(context, runId, suiteId, step.plan);
      case 'fail':
        return sayFailed(
          context,
          runId,
          suiteId,
          step.request,
          await withTail(context, step.request, step.problem, runId),
        );
      default:
        return;
    }
  }
}

async function plan(
  context: ProvisionerContext,
  runId: string,
  { run }: Views,
  { request, fence }: Extract<Step, { do: 'plan' }>,
  signal: AbortSignal,
): Promise<void> {
  const { queued } = run;
  if (queued === undefined) {
    throw new BenchbusError({
      code: 'RUN_UNKNOWN',
      message: `run ${runId} asks for a deployment, but was never queued`,
    });
  }
  const { suiteId } = queued.data;
  const { attempt, cidr, leaseExpiresAt } = request.data;
  const target = context.targets.of(request.data.target);
  const planned = planRun(queued.data, cidr, target.host ?? context.host);
  if ('problem' in planned) return sayFailed(context, runId, suiteId, request, planned.problem);
  const problem = await target.check(planned.plan, { runId, fence, signal });
  if (problem !== undefined) return sayFailed(context, runId, suiteId, request, problem);
  await append(context, runId, (view) =>
    (view.plan?.data.attempt ?? 0) >= attempt || view.destroyed !== undefined
      ? undefined
      : {
          name: 'PlacementPlanned',
          subject: subjects.deployment(runId),
          data: { attempt, fence, hostId: context.hostId, cidr, plan: planned.plan, leaseExpiresAt },
          cause: request.id,
          attempt,
          correlation: suiteId,
        },
  );
}

async function createNodes(
  context: ProvisionerContext,
  runId: string,
  { run }: Views,
  { plan, nodes }: Extract<Step, { do: 'create' }>,
  signal: AbortSignal,
): Promise<void> {
  const { fence, leaseExpiresAt, attempt, cidr } = plan.data;
  const suiteId = run.queued?.data.suiteId ?? runId;
  const target = context.targets.of(run.request?.data.target);
  const all = plan.data.plan.nodes;
  const deadline = run.request?.data.deadline;
  /** Whether to go on with the next node. */
  const create = async (node: (typeof all)[number]): Promise<boolean> => {
    signal.throwIfAborted();
    const guard = () => requireInForce(context, runId, fence);
    try {
      await guard();
      const secretRefs = secretRefsOfNode(plan.data.plan, node);
      const spec = { runId, suiteId, node, fence, leaseExpiresAt, cidr, secretRefs, nodes: all };
      await target.createNode({ ...spec, ...(deadline === undefined ? {} : { deadline }) }, { signal, guard });
    } catch (error) {
      if (error instanceof Overtaken) return false; // the next look at the log says what now
      if (!(error instanceof BenchbusError) || !FINAL.has(error.code)) throw error;
      await failAttempt(context, runId, suiteId, error.problem, { node: node.name, attempt });
      return false;
    }
    await append(context, runId, (view) =>
      view.plan?.id !== plan.id || view.provisioned.has(node.name) || view.destroyed !== undefined
        ? undefined
        : {
            name: 'NodeProvisioned',
            subject: subjects.deployment(runId),
            data: { attempt, node: node.name, address: node.address },
            cause: plan.id,
            discriminator: node.name,
            attempt,
            correlation: suiteId,
          },
    );
    return true;
  };
  const wanted = all.filter(({ name }) => nodes.includes(name));
  if (target.together === true) {
    const ended = await Promise.allSettled(wanted.map(create));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
    return;
  }
  for (const node of wanted) if (!(await create(node))) return;
}

/** Before each creating effect: is the run still going on, in the stage this was planned for? */
async function requireInForce({ bus }: ProvisionerContext, runId: string, fence: Fence): Promise<void> {
  const run = await readRun(bus.log, runId);
  if (run.over !== undefined) throw new Overtaken(`the run is over: ${run.over.name}`);
  if (fence.incarnation !== bus.log.incarnation) throw new Overtaken('the plan is of another log');
  if (run.stage === undefined || run.stage.sequence > fence.sequence) throw new Overtaken('a newer stage began');
}

async function awaitRunners(
  context: ProvisionerContext,
  runId: string,
  { run }: Views,
  { nodes, plan }: Extract<Step, { do: 'await' }>,
  signal: AbortSignal,
): Promise<void> {
  const suiteId = run.queued?.data.suiteId ?? runId;
  const deadline = Date.parse(run.request?.data.deadline ?? '');
  const watch = [subjects.run(runId), subjects.deployment(runId), ...nodes.map((node) => subjects.edge(runId, node))];
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const moved = context.bus.log
    .waitFor<true>(watch, async () => ((await nextStep(context, runId)).do === 'await' ? undefined : true), {
      what: `the edge runners of ${nodes.join(', ')}`,
      signal: either,
      // One ms more: a timer may fire early, and then the deadline would not have passed yet.
      // Never more than a timer takes: after 24 days the next look at the log waits on.
      timeoutMs: Math.min(Math.max(1, deadline - Date.now() + 1), LONGEST_MS),
    })
    .catch((error: unknown): true => {
      // The deadline: the next decision says PROVISION_TIMEOUT.
      if (error instanceof BenchbusError && error.code === 'WAIT_TIMEOUT') return true;
      throw error;
    });
  try {
    const outcome = await Promise.race([moved, context.targets.of(run.request?.data.target).gaveUp(runId, either)]);
    if (outcome !== true) {
      const { attempt } = plan.data;
      // `<node>`, or `<node>/<container>`.
      const node = outcome.where?.split('/')[0];
      await failAttempt(context, runId, suiteId, outcome, { attempt, node });
    }
  } finally {
    over.abort();
    await moved.catch(() => undefined);
  }
}

async function withTail(
  { targets }: ProvisionerContext,
  { data }: Recorded<'RunDeploymentRequested'>,
  problem: Problem,
  runId: string,
): Promise<Problem> {
  if (problem.code !== 'PROVISION_TIMEOUT' || problem.where === undefined) return problem;
  const nodes = problem.where.split(', ');
  const target = targets.of(data.target);
  // The problem is told whether or not the lines can be had.
  const tailOf = (node: string) => target.tail(runId, node).catch(() => '');
  const all = await Promise.all(nodes.map(async (node) => [node, await tailOf(node)] as const));
  const tails = all.filter(([, tail]) => tail !== '');
  return provisionTimeout(nodes, tails.map(([node, tail]) => `\nlast lines of ${node}:\n${tail}`).join(''));
}

function sayReady(
  context: ProvisionerContext,
  runId: string,
  suiteId: string,
  plan: Recorded<'PlacementPlanned'>,
): Promise<void> {
  const { attempt } = plan.data;
  return append(context, runId, (view) =>
    view.readyAttempt >= attempt || view.failedAttempt >= attempt || view.destroyed !== undefined
      ? undefined
      : {
          name: 'DeploymentReady',
          subject: subjects.deployment(runId),
          data: { attempt },
          cause: plan.id,
          attempt,
          correlation: suiteId,
        },
  );
}

/** Fails the attempt that the run asks for now (if it is `attempt`, or was asked for by then, where given), unless it was answered. */
export async function failAttempt(
  context: ProvisionerContext,
  runId: string,
  suiteId: string,
  problem: Problem,
  which: { readonly attempt?: number; readonly askedBy?: number; readonly node?: string | undefined } = {},
): Promise<void> {
  const { request } = await readRun(context.bus.log, runId);
  if (request?.data.hostId !== context.hostId) return;
  if (which.attempt !== undefined && which.attempt !== request.data.attempt) return;
  if (which.askedBy !== undefined && request.sequence > which.askedBy) return;
  await sayFailed(context, runId, suiteId, request, problem, which.node);
}

async function sayFailed(
  context: ProvisionerContext,
  runId: string,
  suiteId: string,
  request: Recorded<'RunDeploymentRequested'>,
  problem: Problem,
  node?: string,
): Promise<void> {
  const { attempt } = request.data;
  context.logger.warn({ run: runId, attempt, node, ...problem }, 'the deployment failed');
  // Whoever has the block may have its neighbours, too: known before the run asks for another.
  if (problem.code === 'SUBNET_TAKEN') await announceAgain(context);
  await append(context, runId, (view) =>
    view.readyAttempt >= attempt || view.failedAttempt >= attempt || view.destroyed !== undefined
      ? undefined
      : {
          name: 'DeploymentFailed',
          subject: subjects.deployment(runId),
          data: { attempt, problem, ...(node === undefined ? {} : { node }) },
          cause: request.id,
          attempt,
          correlation: suiteId,
        },
  );
}
