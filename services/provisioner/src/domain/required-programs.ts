import type { Plan, Problem } from '@benchbus/suites';
import { programMissing } from './problems.ts';

/** Program → versions found, as HostAnnounced carries them. */
export type FoundVersions = Readonly<Record<string, readonly string[]>>;

const major = (version: string): string => version.split('.')[0] ?? version;

/** The first program of the plan that the machine lacks. */
export function missingProgram(plan: Plan, found: FoundVersions): Problem | undefined {
  const postgres = found['postgres'] ?? [];
  const newest = postgres.map((version) => Number(major(version))).reduce((a, b) => Math.max(a, b), 0) || 15;
  for (const node of plan.nodes) {
    for (const process of node.processes) {
      if (process.kind === 'load') {
        const { tool } = process.workload;
        if ((found[tool] ?? []).length === 0) return programMissing(node.name, tool, `postgresql-${newest}`);
      } else if (!('version' in process)) {
        continue; // what runs no PostgreSQL is not executed on any target that announces its programs yet
      } else if (process.version === 'installed') {
        if (postgres.length === 0) return programMissing(node.name, 'PostgreSQL', 'postgresql');
      } else if (!postgres.some((version) => major(version) === process.version)) {
        return programMissing(node.name, `PostgreSQL ${process.version}`, `postgresql-${process.version}`);
      }
    }
  }
  return undefined;
}
