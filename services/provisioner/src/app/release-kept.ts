import { problemOf, subjects, type Leftover } from '@benchbus/events';
import { namedEffect } from '@benchbus/service';
import { judgeKept, type KeptRun, type KeptVerdict } from '../domain/judge-kept.ts';
import type { ProvisionerContext } from './provisioner-context.ts';
import { readDeployment, readRun } from './views.ts';

type Context = Pick<ProvisionerContext, 'bus' | 'kept' | 'logger'>;

const ENDING = new Set(['RunCompleted', 'RunFailed', 'RunCancelled']);

async function keptRun({ bus }: Context, runId: string): Promise<KeptRun> {
  const [run, history] = await Promise.all([readRun(bus.log, runId), bus.log.read(subjects.run(runId))]);
  const deployment = await readDeployment(bus.log, runId);
  return {
    ended: history.some(({ name }) => ENDING.has(name)),
    open: run.over === undefined && deployment.plan !== undefined && deployment.destroyed === undefined,
    leaseExpiresAt: deployment.plan?.data.leaseExpiresAt,
  };
}

/** Told by the first runs that are reason enough to keep them: the newest and the oldest are asked first. */
async function verdictOf(context: Context, suiteId: string): Promise<KeptVerdict> {
  const history = await context.bus.log.read(subjects.suite(suiteId));
  const accepted = history.find((event) => event.name === 'SuiteAccepted');
  const [oldest, ...others] = (accepted?.data.runs ?? []).map(({ runId }) => runId);
  const [newest, ...rest] = others.reverse();
  const ended = history.some(({ name }) => /^Suite(Completed|Failed|Cancelled|Rejected)$/.test(name));
  const runs: KeptRun[] = [];
  const judge = () => judgeKept({ accepted: accepted !== undefined, ended, runs }, Date.now());
  for (const runId of [newest, oldest, ...rest]) {
    if (runId === undefined) continue;
    runs.push(await keptRun(context, runId));
    if (judge().verdict === 'keep') break;
  }
  return judge();
}

/**
 * Removes what is kept of a suite's data on this host when no run of it needs them any more. Never rejects: what cannot be
 * removed now, the janitor finds.
 */
export async function releaseKept(context: Context, suiteId: string): Promise<void> {
  const { kept, logger } = context;
  try {
    const copies = ((await kept?.list()) ?? []).filter((copy) => copy.suiteId === suiteId);
    if (copies.length === 0) return;
    const { verdict, why } = await verdictOf(context, suiteId);
    if (verdict === 'keep') return;
    await namedEffect('kept-release', async () => {
      for (const copy of copies) await copy.remove();
    });
    logger.info({ suite: suiteId, why }, 'kept data removed');
  } catch (error) {
    logger.error({ suite: suiteId, ...problemOf(error) }, 'kept data could not be removed yet');
  }
}

/** The janitor's look at what is kept on this host, and, unless it only looks, what it does about it. */
export async function sweepKept(context: Context, dryRun: boolean): Promise<Leftover[]> {
  const { kept, logger } = context;
  const found: Leftover[] = [];
  for (const copy of (await kept?.list()) ?? []) {
    const { suiteId, kind, what } = copy;
    const item = { kind, what: `kept data of suite ${suiteId}: ${what}` };
    try {
      const { verdict, why } = await verdictOf(context, suiteId);
      if (verdict === 'keep') continue;
      if (!dryRun) await copy.remove();
      if (!dryRun) logger.warn({ suite: suiteId, why }, 'the janitor removed kept data');
      found.push({ ...item, why, outcome: dryRun ? 'would be removed' : 'removed' });
    } catch (error) {
      logger.error({ err: error, suite: suiteId }, 'the janitor could not look after kept data');
      found.push({ ...item, why: 'it could not be looked after', outcome: 'left', problem: problemOf(error) });
    }
  }
  return found;
}
