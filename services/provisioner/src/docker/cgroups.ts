import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { limitsRefused } from '@benchbus/docker';
import type { PlannedNode } from '@benchbus/suites';
import { BenchbusError } from '@benchbus/events';
import { limitWrites } from '../domain/cgroup-limits.ts';

export interface CgroupKind {
  readonly version: 1 | 2;
  readonly driver: 'cgroupfs' | 'systemd';
}

export interface NodeCgroup {
  readonly runId: string;
  readonly node: string;
}

const ROOT = '/sys/fs/cgroup';
const OURS = 'benchbus';

const foldersIn = (dir: string): string[] => {
  try {
    return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return [];
  }
};

/** Removes a cgroup and those below it; one that has processes, or is gone, is left. */
function removeTree(dir: string): void {
  for (const name of foldersIn(dir)) removeTree(join(dir, name));
  removeEmpty(dir);
}

function removeEmpty(dir: string): void {
  try {
    rmdirSync(dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EBUSY' && code !== 'ENOTEMPTY') throw error;
  }
}

/**
 * The parent cgroups of nodes: `/benchbus/<installation>/<run>/<node>`, or with systemd's driver a slice, which systemd
 * makes and removes itself. All containers of a pod are below their node's, whose limits they share. Files of the machine
 * that the engine runs on, written directly: the engine has no call for it.
 */
export class Cgroups {
  readonly #kind: CgroupKind;
  readonly #installation: string;

  constructor(kind: CgroupKind, installation: string) {
    this.#kind = kind;
    this.#installation = installation;
  }

  /** For HostConfig.CgroupParent. */
  parent({ runId, node }: NodeCgroup): string {
    if (this.#kind.driver === 'cgroupfs') return `/${OURS}/${this.#installation}/${runId}/${node}`;
    // A dash in a slice's name is a level of the hierarchy.
    const id = createHash('sha256').update(`${this.#installation}/${runId}/${node}`).digest('hex').slice(0, 24);
    return `${OURS}${id}.slice`;
  }

  /** Once a container of the pod has started, the cgroup is there. @throws BenchbusError LIMITS_NOT_SET */
  setLimits(of: NodeCgroup, hardware: PlannedNode['hardware']): void {
    for (const { controller, file, value, optional } of limitWrites(this.#kind.version, hardware)) {
      const path = join(ROOT, controller, this.parent(of), file);
      try {
        writeFileSync(path, value);
      } catch (error) {
        if (optional && !existsSync(path)) continue;
        const { code } = error as NodeJS.ErrnoException;
        throw new BenchbusError(limitsRefused({ node: of.node }, `${path}: ${code}`), { cause: error });
      }
    }
  }

  /** Folders that are there, also those a killed engine left. */
  list(runId?: string): NodeCgroup[] {
    const found = new Map<string, NodeCgroup>();
    for (const base of this.#bases())
      for (const run of foldersIn(base))
        if (runId === undefined || run === runId)
          for (const node of foldersIn(join(base, run))) found.set(`${run}/${node}`, { runId: run, node });
    return [...found.values()];
  }

  remove({ runId, node }: NodeCgroup): void {
    for (const base of this.#bases()) removeTree(join(base, runId, node));
  }

  /** The run's, and those above it, where nothing else is in them. */
  removeRun(runId: string): void {
    for (const base of this.#bases())
      for (const dir of [join(base, runId), base, join(base, '..')]) if (existsSync(dir)) removeEmpty(dir);
  }

  #bases(): string[] {
    if (this.#kind.driver === 'systemd') return [];
    const hierarchies = this.#kind.version === 2 ? [ROOT] : foldersIn(ROOT).map((name) => join(ROOT, name));
    return hierarchies.map((hierarchy) => join(hierarchy, OURS, this.#installation)).filter(existsSync);
  }
}
