import type { HostLine } from '../domain/board/host-lines.ts';
import { plural } from '../domain/plural.ts';
import { formatBytes, table } from './format.ts';
import type { Paint } from './style.ts';

const COLOUR = { living: 'green', away: 'yellow', left: 'dim' } as const;

/** Hosts as a table: id, name, state, targets, what is in use, runs. */
export function hostsText(hosts: readonly HostLine[], paint: Paint): string {
  if (hosts.length === 0) return 'no host was ever announced';
  const head = ['HOST', 'NAME', 'STATE', 'TARGETS', 'CORES', 'MEMORY', 'RUNS'];
  const rows = hosts.map(({ hostId, hostname, state, targets, cores, memoryBytes, runs }) => [
    ...[hostId, hostname, state, targets.join(',') || '-', `${cores.used}/${cores.total}`],
    ...[`${formatBytes(memoryBytes.used)}/${formatBytes(memoryBytes.total)}`, plural(runs.length, 'run')],
  ]);
  const [first = '', ...lines] = table([head, ...rows]);
  const coloured = lines.map((line, index) => paint(COLOUR[hosts[index]?.state ?? 'living'], line));
  return [paint('dim', first), ...coloured].join('\n');
}
