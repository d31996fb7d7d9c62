import { NonRetryableError } from '@hatchet-dev/typescript-sdk';
import { benchRunInput, type BenchRunInput, type Owner } from '@benchbus/tasks';

/**
 * The input of `bench-run`, if it is meant for this log. The label that the trigger requires sees to that; a run that was
 * triggered by hand, without it, may come to anybody.
 * @throws NonRetryableError: no retry would change it
 */
export function ownInput(raw: unknown, owner: Owner): BenchRunInput {
  const { data, error } = benchRunInput.safeParse(raw);
  if (error) throw new NonRetryableError(`TASK_INPUT_INVALID: ${error.issues.map(whatIsWrong).join('; ')}`);
  if (data.log === owner.log) return data;
  const which = `run ${data.runId} is of log ${data.log}, this dispatcher (${owner.installation}) of log ${owner.log}`;
  throw new NonRetryableError(`TASK_OF_OTHER_LOG: ${which}`);
}

const whatIsWrong = ({ path, message }: { path: PropertyKey[]; message: string }) =>
  `${path.map(String).join('.') || 'input'}: ${message}`;
