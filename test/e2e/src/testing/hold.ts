import { identify, isAlive } from '@benchbus/processes';

/** Holds a process where it is (SIGSTOP) until the end of the block, so that a state lasts until it was looked at. */
export function hold(pid: number | undefined) {
  const victim = pid === undefined ? undefined : identify(pid);
  if (pid === undefined || victim === undefined) throw new Error('there is no such process');
  process.kill(pid, 'SIGSTOP');
  let held = true;
  const release = () => {
    if (held && isAlive(victim)) process.kill(pid, 'SIGCONT');
    held = false;
  };
  return { release, [Symbol.dispose]: release };
}
