import { signalGroup } from '@benchbus/processes';

/** Asks a group to end, and kills it if `gone` has not settled within `graceMs`. */
export async function endGroup(pid: number, gone: Promise<unknown>, graceMs: number): Promise<void> {
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
