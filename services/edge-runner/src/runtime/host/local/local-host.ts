import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { launchOf, type Launch, type PlannedProcess, type ProcessKind } from '@benchbus/suites';
import { findBinaries } from '../../postgres/binaries.ts';
import { makeOwnedDir } from '../../process/files.ts';
import type { LocalUser } from '../../process/local-user.ts';
import type { HostedProcess, ProcessHost } from '../process-host.ts';
import { LocalProcess } from './local-process.ts';
import { requireSuitable } from './require-suitable.ts';
import { processFiles } from '../process-files.ts';
import { recordSharedMemory } from './shared-memory.ts';
import { LocalStepHost } from './step-host.ts';

export interface LocalHostOptions {
  /** The node's own folder; the other nodes' of the run lie beside it. */
  readonly nodeDir: string;
  readonly user: LocalUser;
  /** Of the node: in the environment of everything it starts. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The label that tells a node's processes apart. */
export const PROCESS_LABEL = 'BENCHBUS_PROCESS';

const programsOf = ({ run, prepare = [], afterStart = [], jobs = [] }: Launch): string[] => {
  const commands = [...(run ? [run] : []), ...prepare, ...afterStart, ...jobs.map(({ command }) => command)];
  return [...new Set(commands.map(({ program }) => program))];
};

/** A server needs the version planned; a client is to be no older than its server, and some nodes have neither. */
function binDirOf(planned: PlannedProcess): Promise<string | undefined> {
  if ('version' in planned) return findBinaries({ version: planned.version, programs: ['postgres', 'initdb', 'psql'] });
  return findBinaries({ version: 'installed', programs: ['psql'] }).catch(() => undefined);
}

/** Processes of this machine, on the node's loopback address. */
export class LocalHost implements ProcessHost {
  readonly steps = new LocalStepHost();
  readonly #options: LocalHostOptions;

  constructor(options: LocalHostOptions) {
    this.#options = options;
  }

  async process(planned: PlannedProcess): Promise<HostedProcess> {
    const { nodeDir, user, labels } = this.#options;
    const { kind } = planned;
    const files = processFiles(nodeDir, kind);
    const binDir = await binDirOf(planned);
    const process = new LocalProcess({ kind, files, binDir, user, labels: { ...labels, [PROCESS_LABEL]: kind } });
    const launch = launchOf(planned);
    for (const program of launch === undefined ? [] : programsOf(launch))
      await requireSuitable(program, await process.find(program));
    await makeOwnedDir(files.home, user);
    await process.makeFolders();
    return process;
  }

  configDir(node: string, kind: ProcessKind): string {
    return processFiles(join(dirname(this.#options.nodeDir), node), kind).configDir;
  }

  async recordMemory(): Promise<void> {
    const { nodeDir } = this.#options;
    const folders = await readdir(nodeDir, { withFileTypes: true }).catch(() => []);
    const dataDirs = folders.filter((entry) => entry.isDirectory()).map(({ name }) => join(nodeDir, name, 'data'));
    await recordSharedMemory(dataDirs, join(nodeDir, 'shm.json'));
  }
}
