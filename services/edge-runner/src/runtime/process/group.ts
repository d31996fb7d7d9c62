/** Signals a whole process group; false when it is gone. `pid` is the group leader's. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  // 0 would be our own group, and 1 everybody.
  if (!Number.isInteger(pid) || pid <= 1) throw new RangeError(`${pid} is no process group`);
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

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
