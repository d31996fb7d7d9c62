import { BenchbusError } from '@benchbus/events';
import { errorsOf } from '../terraform/domain/stream.ts';
import type { CallOptions, Workspace } from '../terraform/workspace.ts';

const NOT_THERE = /not ?found/i;

/**
 * What of a run is really in the cloud, whatever a state says: address in the module → id, found by name. The workspace has the
 * module yandex-find.
 * @throws BenchbusError where the cloud does not say whether something is there
 */
export async function lookUp(
  workspace: Workspace,
  bounds: Pick<CallOptions, 'signal' | 'timeoutMs'> = {},
): Promise<Map<string, string>> {
  // It ends with an error for whatever is not there; what is there was told before.
  const args = ['plan', '-json', '-input=false', '-lock=false'];
  const outcome = await workspace.call('looking for what is there', args, { tolerant: true, ...bounds });
  const refused = errorsOf(outcome.events).some(({ detail, summary }) => !NOT_THERE.test(`${summary} ${detail}`));
  const silent = outcome.status !== 0 && errorsOf(outcome.events).length === 0;
  if (refused || silent) throw new BenchbusError(workspace.problemOf(outcome));
  return new Map(
    outcome.events.flatMap((event) =>
      event.kind === 'resource' && event.what === 'done' && event.key !== undefined && event.id !== undefined
        ? [[event.key, event.id]]
        : [],
    ),
  );
}
