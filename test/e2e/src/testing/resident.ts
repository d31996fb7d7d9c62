import { readFileSync } from 'node:fs';
import type { Installation } from './installation.ts';

/** MB of memory that each process of the stack occupies now. */
export function residentMb(installation: Installation): Record<string, number> {
  const names = ['hatchet', 'nats', 'suite-dispatcher', 'network-allocator', 'provisioner', 'artifact-store'];
  return Object.fromEntries(
    names.map((name) => {
      const pid = installation.pid(name);
      return [name, pid === undefined ? 0 : megabytesOf(pid)];
    }),
  );
}

function megabytesOf(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Math.round(Number(kilobytes ?? 0) / 1024);
  } catch {
    return 0; // it has just ended
  }
}
