import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Removes the folders that a killed provisioner left of runs that are over: codes of enrolment are in them. Of a run that is known
 * a terraform may still work; its folder goes with its destroy.
 * @param known runs that have a record @returns what was removed
 */
export function sweepWork(workDir: string, known: readonly string[]): string[] {
  const kept = new Set(known);
  const left = readdirSync(workDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !kept.has(entry.name))
    .map(({ name }) => name);
  for (const name of left) rmSync(join(workDir, name), { recursive: true, force: true, maxRetries: 3 });
  return left;
}
