import type { KeptData, Plan, Workload } from '@benchbus/suites';
import { userOf } from '../probes/planned.ts';
import type { HostedProcess } from '../runtime/host/process-host.ts';
import type { Facts } from '../probes/index.ts';
import { copyName } from './copy-name.ts';
import type { DataCopies } from './data-copies.ts';
import { setPassword } from './set-password.ts';

/** The copy that the plan's load process names, and what loads the data; undefined: the test's runs start from none. */
export function keptOf({ nodes }: Plan): { readonly kept: KeptData; readonly workload: Workload } | undefined {
  for (const { processes } of nodes)
    for (const process of processes)
      if (process.kind === 'load' && process.kept !== undefined)
        return { kept: process.kept, workload: process.workload };
  return undefined;
}

/** What became of the data of a node whose test starts from a copy, beside its folder. */
const NOTE = 'data';
const FROM_COPY = 'kept copy';

export interface NodeCopyOptions {
  readonly plan: Plan;
  readonly key: string;
  readonly workload: Workload;
  readonly copies: DataCopies;
  readonly superuserPassword: string;
  readonly timeoutMs: number;
}

/** The copy that this node's data start from, or become. */
export class NodeCopy {
  readonly #options: NodeCopyOptions;

  constructor(options: NodeCopyOptions) {
    this.#options = options;
  }

  async name(hosted: HostedProcess): Promise<string> {
    const { key, copies, workload } = this.#options;
    return copyName(key, await copies.programs(hosted, workload));
  }

  async isKept(hosted: HostedProcess): Promise<boolean> {
    return this.#options.copies.has(await this.name(hosted), hosted);
  }

  /** Fills the empty data folder from the copy; false where there is none, and it has to be made. */
  async restore(hosted: HostedProcess, signal: AbortSignal): Promise<boolean> {
    const { copies, plan, superuserPassword: password, timeoutMs } = this.#options;
    const name = await this.name(hosted);
    const restored = await copies.has(name, hosted);
    if (restored) {
      await copies.restore(name, hosted, { timeoutMs, signal });
      await setPassword(hosted, { user: userOf(plan, 'superuser'), password }, { timeoutMs, signal });
    }
    await hosted.writeNote(NOTE, JSON.stringify({ 'data.from': restored ? FROM_COPY : 'made', 'data.copy': name }));
    return restored;
  }

  /** Of a server that was shut down. */
  async keep(hosted: HostedProcess, signal: AbortSignal): Promise<void> {
    const { copies, timeoutMs } = this.#options;
    await copies.keep(await this.name(hosted), hosted, { timeoutMs, signal });
  }

  /** For DatabaseReady. */
  async facts(hosted: HostedProcess): Promise<Facts> {
    return JSON.parse((await hosted.readNote(NOTE)) ?? '{}') as Facts;
  }
}

/** Whether a node that is ready, by what it proved, has its data from a copy. */
export const isFromCopy = (proven: Facts): boolean => proven['data.from'] === FROM_COPY;
