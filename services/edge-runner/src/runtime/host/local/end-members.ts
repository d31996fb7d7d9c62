import { freeze, signalProcess, waitForDeath, type ProcessId } from '@benchbus/processes';
import { namedEffect } from '@benchbus/service';
import type { Member } from './members.ts';

/** How long what was sent SIGKILL may take to go: it is in no state to refuse. */
const KILLED_MS = 10_000;

/** SIGQUIT is PostgreSQL's immediate shutdown: nothing is kept, and no shared memory stays. */
const farewell = ({ postgres }: Member): NodeJS.Signals => (postgres ? 'SIGQUIT' : 'SIGKILL');

/**
 * Asks `main` to end; when it has, or after `graceMs`, ends what is left: who may restart things first, then servers, by
 * immediate shutdown and, what that does not end in time, SIGKILL.
 */
export const endMembers = (
  main: ProcessId | undefined,
  list: () => Member[],
  { signal, graceMs }: { readonly signal: NodeJS.Signals; readonly graceMs: number },
): Promise<void> =>
  namedEffect('process-stop', async () => {
    if (main !== undefined && signalProcess(main, signal)) {
      const stubborn = await waitForDeath([main], graceMs);
      for (const process of stubborn) signalProcess(process, 'SIGKILL');
      await waitForDeath(stubborn, KILLED_MS);
    }
    for (const servers of [false, true]) {
      const left = list().filter(({ postgres }) => postgres === servers);
      for (const process of left) signalProcess(process, farewell(process));
      const stubborn = await waitForDeath(left, graceMs);
      for (const process of stubborn) signalProcess(process, 'SIGKILL');
      await waitForDeath(stubborn, KILLED_MS);
    }
  });

/** As a machine fails: everything at one moment, so that nobody sees the others die. */
export async function killMembers(list: () => Member[]): Promise<void> {
  const held = await freeze(list, KILLED_MS);
  for (const process of held) signalProcess(process, 'SIGKILL');
  await waitForDeath(held, KILLED_MS);
}
