import { basename, sep } from 'node:path';
import {
  allPids,
  environmentOf,
  executableOf,
  identify,
  labelsOf,
  linkOf,
  nameOf,
  workingDirOf,
} from '@benchbus/processes';
import type { ProcessId } from '@benchbus/processes';
import { isRunFolder } from './run-folder.ts';

export interface NodeProcess extends ProcessId {
  readonly runId: string;
  /** Undefined: labelled with the run only. */
  readonly node: string | undefined;
  readonly incarnation: string | undefined;
  /** Base name of the executable. Never arguments: this is logged, and whoever has our labels may carry anything there. */
  readonly command: string;
  readonly postgres: boolean;
  /** Kind of the planned process that it is, or was started by; undefined for what is none (the runner). */
  readonly kind: string | undefined;
}

export interface Whose {
  readonly installation: string;
  readonly localDir: string;
}

/**
 * PostgreSQL's children overwrite their environment with the process title. They are known by executable and data folder,
 * in a run's folder of this installation.
 */
function postgresChild(pid: number, { localDir, installation }: Whose): NodeProcess | undefined {
  const cwd = workingDirOf(pid);
  if (cwd === undefined || !cwd.startsWith(localDir + sep) || !isPostgres(pid)) return undefined;
  const [runId, node] = cwd.slice(localDir.length + 1).split(sep);
  const id = identify(pid);
  if (runId === undefined || node === undefined || id === undefined) return undefined;
  if (!isRunFolder(localDir, installation, runId)) return undefined;
  return { ...id, runId, node, incarnation: undefined, command: programOf(pid), postgres: true, kind: 'postgres' };
}

const programOf = (pid: number): string =>
  basename((executableOf(pid) ?? '').replace(/ \(deleted\)$/, '')) || nameOf(pid) || 'unknown';

const isPostgres = (pid: number): boolean => programOf(pid) === 'postgres';

/** A container's processes have labels like ours, and are the engine's to end. */
const isContained = (pid: number): boolean => {
  const namespace = linkOf(`${pid}/ns/pid`);
  return namespace !== undefined && namespace !== linkOf('self/ns/pid');
};

function itemOf(pid: number, whose: Whose): NodeProcess | undefined {
  const labels = labelsOf(pid);
  if (labels === undefined) return postgresChild(pid, whose);
  // Another installation's is never ours, wherever it works; without a run it is one of our services.
  if (labels.installation !== whose.installation || labels.run === undefined || isContained(pid)) return undefined;
  const { startTime, run, node, incarnation } = labels;
  const command = programOf(pid);
  const kind = environmentOf(pid)?.get('BENCHBUS_PROCESS');
  return { pid, startTime, runId: run, node, incarnation, command, postgres: command === 'postgres', kind };
}

/** Every living process of this installation's nodes, but never this process itself. */
export function nodeProcesses(whose: Whose, runId?: string, node?: string): NodeProcess[] {
  const found: NodeProcess[] = [];
  for (const pid of allPids()) {
    if (pid === process.pid) continue;
    const item = itemOf(pid, whose);
    if (item === undefined) continue;
    if (runId !== undefined && item.runId !== runId) continue;
    if (node !== undefined && item.node !== undefined && item.node !== node) continue;
    found.push(item);
  }
  return found;
}
