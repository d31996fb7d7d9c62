import type { WorkloadSummary } from '@benchbus/events';
import { DEFAULT_LIMITS, type Observation, type ValidityLimits } from './observation.ts';

export type Validity = NonNullable<WorkloadSummary['validity']>;
/** Why a measurement does not tell about the database. */
export type InvalidReason = Validity['reasons'][number]['reason'];

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
const cores = (value: number): string => `${value.toFixed(2)} cores`;

/** How much worse the worse of both is; 1 where nothing took any time. */
const factorOf = (a: number, b: number): number =>
  Math.min(a, b) > 0 ? Math.max(a, b) / Math.min(a, b) : a === b ? 1 : Infinity;

function ofClient({ client }: Observation, limits: ValidityLimits): string[] {
  const { usedCores, availableCores, throttledShare = 0 } = client;
  const found: string[] = [];
  if (usedCores !== undefined && usedCores >= limits.clientBusyShare * availableCores)
    found.push(
      `the load tool used ${cores(usedCores)} of the ${cores(availableCores)} it can use: more threads or a larger load node`,
    );
  if (throttledShare > limits.throttledShare)
    found.push(
      `the load node had to wait for its CPU limit in ${percent(throttledShare)} of the time it wanted to run`,
    );
  return found;
}

function ofHost({ host, coTenants, before, after }: Observation, limits: ValidityLimits): string[] {
  const found: string[] = [];
  if ((host.stealShare ?? 0) > limits.stealShare)
    found.push(`the hypervisor gave ${percent(host.stealShare ?? 0)} of the CPU time to others`);
  if ((host.foreignShare ?? 0) > limits.foreignShare)
    found.push(`${percent(host.foreignShare ?? 0)} of the CPU time went to processes that are not of this run`);
  if ((host.throttledShare ?? 0) > limits.throttledShare)
    found.push(`a CPU quota made everything here wait in ${percent(host.throttledShare ?? 0)} of the time`);
  for (const { run, usedCores } of coTenants)
    if (usedCores > limits.coTenantCores) found.push(`run ${run} used ${cores(usedCores)} beside it`);
  if (before === undefined || after === undefined) return found;
  const [cpu, disk] = [factorOf(before.cpuMs, after.cpuMs), factorOf(before.diskMs, after.diskMs)];
  if (cpu > limits.cpuFactor)
    found.push(`the CPU probe took ${before.cpuMs.toFixed(0)} ms before and ${after.cpuMs.toFixed(0)} ms after`);
  if (disk > limits.diskFactor)
    found.push(`the disk probe took ${before.diskMs.toFixed(1)} ms before and ${after.diskMs.toFixed(1)} ms after`);
  return found;
}

function ofTime({ longestGapSeconds }: Observation, limits: ValidityLimits): string[] {
  if (longestGapSeconds <= limits.gapSeconds) return [];
  return [
    `for ${longestGapSeconds.toFixed(0)} s nothing was observed: the runner was away, or the machine stood still`,
  ];
}

/** Is a measurement one of the database? What is not known does not speak against it. */
export function validityOf(seen: Observation, limits: ValidityLimits = DEFAULT_LIMITS): Validity {
  const reasons = [
    ...ofClient(seen, limits).map((detail) => ({ reason: 'client saturated' as const, detail })),
    ...ofHost(seen, limits).map((detail) => ({ reason: 'noisy host' as const, detail })),
    ...ofTime(seen, limits).map((detail) => ({ reason: 'interrupted' as const, detail })),
  ];
  return { verdict: reasons.length === 0 ? 'valid' : 'invalid', reasons };
}
