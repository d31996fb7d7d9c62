import type { PlannedNode, PlannedProcess, Workload } from '@benchbus/suites';
import { formatDuration as formatLength, launchOf } from '@benchbus/suites';
import { plural } from '../domain/plural.ts';
import { formatDuration } from './format.ts';
import { branch } from './tree.ts';

/** A value of the suite's own on one line, whatever it holds. */
const oneLine = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (char) => JSON.stringify(char).slice(1, -1));

function toolOf(workload: Workload): string[] {
  switch (workload.tool) {
    case 'pgbench': {
      const script = typeof workload.script === 'string' ? workload.script : 'of its own';
      const rate = workload.rate === undefined ? [] : [`${workload.rate} a second`];
      return [
        script,
        `scale ${workload.scale}`,
        plural(workload.clients, 'client'),
        plural(workload.threads, 'thread'),
        workload.protocol,
        ...rate,
      ];
    }
    case 'sysbench':
      return [
        workload.script,
        plural(workload.tables, 'table'),
        `${workload.tableSize} rows each`,
        plural(workload.threads, 'thread'),
      ];
    case 'go-tpc':
      return [workload.benchmark, plural(workload.warehouses, 'warehouse'), plural(workload.threads, 'thread')];
    case 'stroppy':
      return [`${workload.workload} ${workload.version}`, `scale ${workload.scaleFactor}`];
    case 'command':
      return [oneLine(workload.command.join(' '))];
  }
}

export function workloadText(workload: Workload): string {
  const warmup =
    'warmupMs' in workload && workload.warmupMs > 0 ? `warm-up ${formatDuration(workload.warmupMs)}, ` : '';
  return `${workload.tool} ${toolOf(workload).join(', ')}; ${warmup}measured ${formatDuration(workload.durationMs)}`;
}

function whatItIs(process: Exclude<PlannedProcess, { kind: 'load' }>): string {
  switch (process.kind) {
    case 'postgres':
    case 'patroni': {
      const version = process.version === 'installed' ? 'as installed' : process.version;
      return `${process.kind} ${process.role}, version ${version}`;
    }
    case 'pgbouncer':
      return `pgbouncer, pool mode ${process.poolMode}`;
    case 'backup':
      return `backup by ${process.tool}, ${(process.launch.jobs ?? []).map(({ schedule }) => schedule).join('; ')} UTC, ${
        process.retentionMs === undefined ? 'kept for ever' : `kept ${formatLength(process.retentionMs)}`
      }`;
    default:
      return process.kind;
  }
}

/** A process with its ports and settings, and below it its image and files. */
export function processLines(process: PlannedProcess, { address }: PlannedNode): string[] {
  if (process.kind === 'load') return [workloadText(process.workload)];
  const launch = launchOf(process);
  const [main, ...more] = Object.entries(launch?.ports ?? {});
  const ports =
    main === undefined ? '' : `, ${address}:${main[1]}${more.map(([name, port]) => `, ${name} ${port}`).join('')}`;
  const settings = 'settings' in process ? Object.entries(process.settings) : [];
  const given =
    settings.length === 0 ? '' : `; ${settings.map(([name, value]) => `${name}=${oneLine(value)}`).join(', ')}`;
  const files = (launch?.files ?? []).map(({ path }) => path).join(', ');
  const below = [...(launch?.image ? [`image ${launch.image}`] : []), ...(files === '' ? [] : [`files ${files}`])];
  return [`${whatItIs(process)}${ports}${given}`, ...branch(below.map((line) => [line]))];
}
