import type { Problem } from '../model/problem.ts';
import type { Suite } from '../model/suite.ts';
import { runsOfTest } from '../expansion/expand-runs.ts';
import { demandOf } from '../planning/demand.ts';
import { planDeployment } from '../planning/plan-deployment.ts';
import { machineSize, type MachineSize } from './machine-size.ts';
import { plannedLifetimeMs } from './planned-lifetime.ts';
import type { PriceTable } from './price-table.ts';

const HOUR_MS = 3_600_000;
/** Any block: how many machines a run has does not depend on it. */
const BLOCK = '10.2.0.0/24';

export interface CostOfTest {
  readonly test: string;
  readonly runs: number;
  /** Of each run, one a node. */
  readonly machines: readonly (MachineSize & { readonly node: string })[];
  /** Of each run, at the most; undefined without prices. */
  readonly cost: number | undefined;
}

export interface SuiteCost {
  /** How long a run's machines live at the longest, in hours. */
  readonly hoursPerRun: number;
  readonly tests: readonly CostOfTest[];
  /** Of all runs together, at the most; undefined without prices. */
  readonly cost: number | undefined;
  readonly currency: string | undefined;
}

const hourly = ({ cores, memory, disk }: MachineSize, prices: PriceTable): number =>
  cores * prices.coreHour + memory * prices.memoryGbHour + disk * prices.diskGbHour + prices.machineHour;

/** What a suite's machines are, and cost at the most; undefined on a target that bills nothing. Tests that cannot be planned have none. */
export function suiteCost(suite: Suite, prices?: PriceTable): SuiteCost | undefined {
  const { settings } = suite;
  if (settings.target !== 'yandex') return undefined;
  const hoursPerRun = plannedLifetimeMs(settings) / HOUR_MS;
  const tests = suite.tests.map((test): CostOfTest => {
    const planned = planDeployment({ test, settings, cidr: BLOCK, host: demandOf(test) });
    const machines = (planned.ok ? planned.plan.nodes : []).map((node) => ({ node: node.name, ...machineSize(node) }));
    const cost = prices && machines.reduce((sum, machine) => sum + hourly(machine, prices) * hoursPerRun, 0);
    return { test: test.name, runs: runsOfTest(test), machines, cost };
  });
  const cost = prices && tests.reduce((sum, { runs, cost: each = 0 }) => sum + runs * each, 0);
  return { hoursPerRun, tests, cost, currency: prices?.currency };
}

/** Amounts are rounded up: a limit is never passed by rounding. */
export const formatAmount = (amount: number, currency: string): string =>
  `${(Math.ceil(amount * 100) / 100).toFixed(2)} ${currency}`;

/** Why the suite may cost more than it allows itself; none where it says no limit. */
export function costProblems(suite: Suite, prices?: PriceTable): Problem[] {
  const { maxCost } = suite.settings;
  if (maxCost === undefined) return [];
  const of = suiteCost(suite, prices);
  if (of === undefined) return [];
  if (of.cost === undefined || of.currency === undefined)
    return [
      {
        code: 'SUITE_COST_UNKNOWN',
        message: `maxCost is ${maxCost}, and there is no price table to tell what the suite costs`,
        where: 'maxCost',
        hint: 'the operator gives the dispatcher one in BENCHBUS_PRICES_FILE; or leave maxCost out',
      },
    ];
  if (of.cost <= maxCost) return [];
  return [
    {
      code: 'SUITE_TOO_COSTLY',
      message: `up to ${formatAmount(of.cost, of.currency)}, if every stage takes as long as it may; maxCost is ${maxCost}`,
      where: 'maxCost',
      hint: 'shorter timeouts, a maxLifetime, fewer runs or smaller nodes make it cheaper; benchbus plan shows what counts',
    },
  ];
}
