import type { CommandWorkload } from '@benchbus/suites';
import type { WorkloadContext } from './plugin.ts';

/** The suite's variables for a tool, secrets resolved. @throws BenchbusError SECRET_MISSING */
export const resolveEnvironment = (
  environment: CommandWorkload['environment'],
  { secret }: Pick<WorkloadContext, 'secret'>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, typeof value === 'string' ? value : secret(value)]),
  );
