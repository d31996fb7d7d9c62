import { namedEffect } from '@benchbus/service';
import { signalGroup } from '@benchbus/processes';

/** Asks a group to end, and kills it if `gone` has not settled within `graceMs`. */
export const endGroup = (pid: number, gone: Promise<unknown>, graceMs: number): Promise<void> =>
  namedEffect('tool-end', () => end(pid, gone, graceMs));

async function end(pid: number, gone: Promise<unknown>, graceMs: number): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), graceMs);
  });
  const first = await Promise.race([gone, grace]);
  clearTimeout(timer);
  if (first === 'late') signalGroup(pid, 'SIGKILL');
  await gone;
}
