import type { Milestone, PlannedProcess } from '@benchbus/suites';

/** What a process has to reach for its node to be ready; undefined for what runs by the clock alone. */
export function ownMilestone(process: PlannedProcess): Milestone | undefined {
  switch (process.kind) {
    case 'postgres':
      return process.role === 'primary' ? 'accepting' : 'streaming';
    case 'patroni':
      return process.role === 'primary' ? 'leader' : 'streaming';
    case 'etcd':
      return 'quorum';
    case 'pgbouncer':
      return 'routing';
    case 'node-exporter':
    case 'postgres-exporter':
    case 'pgbouncer-exporter':
      return 'serving';
    case 'backup':
    case 'load':
      return undefined;
  }
}
