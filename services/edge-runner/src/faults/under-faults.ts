import { readFile } from 'node:fs/promises';
import { watch } from 'node:fs';
import { faultResults, parseProbeLog, type Ranges, type ThroughputSeries } from '@benchbus/load-tools';
import type { FaultResult } from '@benchbus/events';
import { probeFiles } from '../commit-probe/files.ts';
import type { StepEnd } from '../runtime/process/detached-step.ts';
import { makeOwnedDir } from '../runtime/process/files.ts';
import { readStep } from '../runtime/process/step-files.ts';
import type { WorkloadContext } from '../workloads/plugin.ts';
import { carryOutFaults } from './carry-out.ts';
import { readRecords } from './fault-records.ts';
import type { LoadFaults } from './load-faults.ts';
import { probeDir, startProbe } from './probe-step.ts';

/** When a step was started; woken by the file system. */
function untilStarted(dir: string, signal: AbortSignal): Promise<Date> {
  return new Promise((resolve, reject) => {
    const look = () =>
      void readStep(dir).then(({ startedAt }) => {
        if (startedAt !== undefined) resolve(startedAt);
      }, reject);
    const watcher = watch(dir, { signal }, look);
    watcher.once('error', reject);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    look();
  });
}

export interface MeasureStep {
  /** The folder of the load tool's measured step. */
  readonly dir: string;
  readonly durationMs: number;
  /** From its start to the begin of what counts. */
  readonly leadMs: number;
  readonly run: (signal: AbortSignal) => Promise<StepEnd>;
}

/**
 * Measures while the commit probe writes and the faults are carried out. When one of the three fails, the others end with it;
 * the probe reads its rows back when the load tool is done.
 * @throws BenchbusError of whichever failed first
 */
export async function underFaults(
  of: LoadFaults,
  context: WorkloadContext,
  measure: MeasureStep,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { connection } = context;
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  const probe = startProbe(of, context, connection, measure.leadMs + measure.durationMs, both);
  // A failure of one ends the others, and is told when they are gone.
  const orAbort = (error: unknown): void => over.abort(error);
  try {
    await probe.ready;
    await makeOwnedDir(measure.dir, context.user);
    const measuring = measure.run(both);
    const faults = untilStarted(measure.dir, both).then((begunAt) => {
      const startedAt = new Date(begunAt.getTime() + measure.leadMs);
      return carryOutFaults(of, { dir: context.dir, startedAt, durationMs: measure.durationMs }, both);
    });
    measuring.catch(orAbort);
    faults.catch(orAbort);
    await Promise.allSettled([measuring, faults]);
    both.throwIfAborted();
    await probe.stop();
    return await measuring;
  } catch (error) {
    over.abort(error);
    await probe.gone;
    throw error;
  }
}

/** What the faults of an attempt cost, from its files. @param throughputSource what the series is of; not given: every transaction */
export async function readFaultResults(
  of: LoadFaults,
  context: Pick<WorkloadContext, 'dir'>,
  series: ThroughputSeries,
  measured: { readonly startedAt: Date; readonly measuredMs: number },
  throughputSource?: FaultResult['throughputSource'],
): Promise<FaultResult[]> {
  const files = probeFiles(probeDir(context));
  const fromMs = measured.startedAt.getTime();
  return faultResults(await readRecords(context.dir, of.faults.length), {
    probe: parseProbeLog(await readFile(files.log, 'utf8')),
    present: JSON.parse(await readFile(files.present, 'utf8')) as Ranges,
    series,
    throughputSource,
    measured: { fromMs, toMs: fromMs + measured.measuredMs },
  });
}
