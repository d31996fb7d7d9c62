import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Installation } from './installation.ts';
import { labelled } from './processes.ts';

/** Below the folder of the installation's nodes: a run's folder, or one aside that is being made or removed. */
function foldersOf(installation: string, runId: string): string[] {
  const dir = join(tmpdir(), `benchbus-${installation}`);
  try {
    return readdirSync(dir)
      .filter((name) => name === runId || name.includes(`.${runId}.`))
      .map((name) => join(dir, name));
  } catch {
    return []; // removed with the last run
  }
}

/** Processes and folders of the run that are left on this machine. */
export const leftoversOf = ({ installation }: Installation, runId: string): string[] => [
  ...labelled({ BENCHBUS_RUN: runId }).map(({ pid, command }) => `process ${pid}: ${command}`),
  ...foldersOf(installation, runId),
];

/** Claims of this installation on a loopback network (BENCHBUS_LOCAL_LOCKS_DIR of the provisioner). */
export function poolClaimsOf(installation: string, dir = '/tmp/benchbus-local-locks'): string[] {
  return readdirSync(dir).filter((name) => {
    if (!name.endsWith('.json')) return false;
    const claim = JSON.parse(readFileSync(join(dir, name), 'utf8')) as { installation?: string };
    return claim.installation === installation;
  });
}
