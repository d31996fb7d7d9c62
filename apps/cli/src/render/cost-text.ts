import { formatAmount, formatDuration, type SuiteCost } from '@benchbus/suites';
import { plural } from '../domain/plural.ts';

const HOUR_MS = 3_600_000;

/** Machines of one size are said once, with how many there are. */
function machinesText(machines: SuiteCost['tests'][number]['machines']): string {
  const sizes = new Map<string, number>();
  for (const { cores, memory, disk } of machines) {
    const size = `${plural(cores, 'core')}, ${memory}GB memory, ${disk}GB disk`;
    sizes.set(size, (sizes.get(size) ?? 0) + 1);
  }
  return [...sizes].map(([size, count]) => `${count} × ${size}`).join('; ');
}

/** What the cloud makes for each run, for how long, and what it costs. */
export function costLines(of: SuiteCost | undefined): string[] {
  if (of === undefined) return [];
  const { currency = '' } = of;
  const amount = (cost: number | undefined) => (cost === undefined ? '' : `: up to ${formatAmount(cost, currency)}`);
  const tests = of.tests.map(({ test, runs, machines, cost }) => {
    const made = `1 subnet, 1 security group, ${plural(machines.length, 'machine')} (${machinesText(machines)})`;
    return `  ${test}, ${plural(runs, 'run')}, each: ${made}${amount(cost)}`;
  });
  const hours = `the cloud makes, for at most ${formatDuration(Math.round(of.hoursPerRun * HOUR_MS))} a run (all timeouts, the keep time):`;
  const total =
    of.cost === undefined
      ? 'costs are told with --prices FILE'
      : `all runs together${amount(of.cost)}, usually much less`;
  return ['', hours, ...tests, total];
}
