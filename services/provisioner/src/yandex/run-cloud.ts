import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchbusError } from '@benchbus/events';
import { namedEffect } from '@benchbus/service';
import type { Logger } from 'pino';
import type { RunRecord } from '../terraform/run-record.ts';
import type { StateStore } from '../terraform/state-store.ts';
import type { TerraformEvent } from '../terraform/domain/stream.ts';
import { TerraformFailed, Workspace } from '../terraform/workspace.ts';
import type { CallOptions, TerraformOptions } from '../terraform/workspace.ts';
import { lookUpVariables } from './domain/addresses.ts';
import type { ModuleVariables } from './domain/module-variables.ts';
import { lookUp } from './look-up.ts';

const module = (name: string) => fileURLToPath(new URL(`../../terraform/${name}`, import.meta.url));
const MAKING = module('yandex');
const FINDING = module('yandex-find');

export interface RunCloudOptions {
  readonly terraform: TerraformOptions;
  readonly store: StateStore;
  /** Folder for what terraform works in; temporary. */
  readonly workDir: string;
  readonly hostId: string;
  /** Is that host's provisioner alive? Then its locks are its own. */
  readonly hostLives: (hostId: string) => Promise<boolean>;
  readonly logger: Logger;
}

const ROUNDS = 3;

/** What one run has in the cloud: makes it, looks for it, removes it. Its caller sees to it that only one of these works. */
export class RunCloud {
  readonly #options: RunCloudOptions;
  readonly #runId: string;
  readonly #making: Workspace;
  readonly #finding: Workspace;

  constructor(options: RunCloudOptions, runId: string) {
    this.#options = options;
    this.#runId = runId;
    const space = (name: string) => new Workspace(options.terraform, join(options.workDir, runId, name), runId);
    this.#making = space('make');
    this.#finding = space('find');
  }

  /**
   * Makes everything, or goes on where an earlier call ended. @param onEvent of every resource that comes up
   * @throws BenchbusError; what was made by then stays, and is in the state or found by its name
   */
  async make(
    record: RunRecord,
    variables: ModuleVariables,
    { signal, timeoutMs, onEvent }: CallOptions & { onEvent: (event: TerraformEvent) => void },
  ): Promise<void> {
    const { store } = this.#options;
    await this.#making.endStrays();
    const interrupted = (await store.get(this.#runId)) !== undefined;
    await store.put(record);
    try {
      await this.#making.open(MAKING, variables, store.backend(this.#runId));
      if (interrupted) await this.#adoptLost(record.machines, signal);
      await namedEffect('terraform-apply', () =>
        this.#locked(record, 'making the machines', ['apply', '-json', '-auto-approve', '-input=false'], {
          signal,
          timeoutMs,
          onEvent,
        }),
      );
      await store.put({ ...record, phase: 'made' });
    } finally {
      this.#close();
    }
  }

  /**
   * Removes everything, and looks in the cloud whether it is gone before it forgets the run.
   * @param machines node → name, beside those of the record
   * @throws BenchbusError NODE_UNDESTROYABLE, and what terraform says
   */
  async destroy(machines: Readonly<Record<string, string>>, onEvent: (event: TerraformEvent) => void): Promise<void> {
    const { store, hostId, terraform } = this.#options;
    const run = { installation: terraform.installation, runId: this.#runId };
    await this.#making.endStrays();
    const known = await store.get(this.#runId);
    const all = { ...machines, ...known?.machines };
    try {
      await this.#finding.open(FINDING, lookUpVariables(run, all), undefined);
      let found = await lookUp(this.#finding);
      if (known === undefined && found.size === 0) return;
      // Its state was lost with its record, or somebody else's hand removed it: names and block are all that destroying needs.
      const record = known ?? recordOfLost(this.#runId, hostId, all);
      await store.put({ ...record, holder: hostId, phase: 'destroying' });
      await this.#making.open(MAKING, record.variables, store.backend(this.#runId));
      for (let round = 0; round < ROUNDS; round += 1) {
        await this.#importAll(record, found);
        await namedEffect('terraform-destroy', () =>
          this.#locked(record, 'removing the machines', ['destroy', '-json', '-auto-approve', '-input=false'], {
            onEvent,
          }),
        );
        found = await lookUp(this.#finding);
        if (found.size === 0) return await namedEffect('state-remove', () => store.remove(this.#runId));
      }
      throw new BenchbusError({
        code: 'NODE_UNDESTROYABLE',
        message: `still in the cloud after ${ROUNDS} tries: ${[...found].map(([what, id]) => `${what} (${id})`).join(', ')}`,
        where: this.#runId,
        hint: 'it is tried again; see in the console of Yandex Cloud what holds it',
      });
    } finally {
      this.#close();
    }
  }

  #close(): void {
    this.#making.close();
    this.#finding.close();
  }

  /** What an interrupted apply made and could not write down any more. */
  async #adoptLost(machines: RunRecord['machines'], signal: AbortSignal | undefined): Promise<void> {
    const { store, terraform } = this.#options;
    const run = { installation: terraform.installation, runId: this.#runId };
    const record = await store.get(this.#runId);
    if (record === undefined) return;
    await this.#finding.open(FINDING, lookUpVariables(run, machines), undefined);
    await this.#importAll(record, await lookUp(this.#finding, signal));
  }

  async #importAll(record: RunRecord, found: ReadonlyMap<string, string>): Promise<void> {
    const listed = await this.#making.call('reading the state', ['state', 'list'], { tolerant: true });
    const inState = new Set(listed.stdout.split('\n'));
    for (const [address, id] of found) {
      if (inState.has(address)) continue;
      this.#options.logger.warn({ run: this.#runId, address, id }, 'in the cloud and not in the state: taken up');
      await this.#locked(record, `taking up ${address}`, ['import', '-input=false', '-no-color', address, id], {});
    }
  }

  /** A call that locks the state; a lock that a dead one left is broken. */
  async #locked(record: RunRecord, doing: string, args: readonly string[], options: CallOptions): Promise<void> {
    try {
      await this.#making.call(doing, args, options);
    } catch (error) {
      if (!(error instanceof TerraformFailed) || error.lockId === undefined || !(await this.#isStale(record)))
        throw error;
      this.#options.logger.warn({ run: this.#runId, lock: error.lockId }, 'a dead provisioner left its lock: broken');
      await this.#making.call('breaking a lock', ['force-unlock', '-force', error.lockId]);
      await this.#making.call(doing, args, options);
    }
  }

  /**
   * Whose lock is it? Of this host: nobody's, since whatever terraform of it worked for the run was ended. Of another: nobody's
   * when that host's provisioner is gone. The record says who worked last.
   */
  async #isStale({ holder }: RunRecord): Promise<boolean> {
    const { hostId, hostLives } = this.#options;
    return holder === hostId || !(await hostLives(holder));
  }
}

/** Valid for the module, and enough to destroy what was imported. */
function recordOfLost(runId: string, hostId: string, machines: Readonly<Record<string, string>>): RunRecord {
  const label = 'unknown';
  const labels = ['installation', 'run', 'fence', 'expiry'].map((name) => [`benchbus-${name}`, label]);
  const node = (machine: string, index: number) => ({
    machine,
    ...{ address: `192.0.2.${index + 1}`, cores: 2, memory: 1, disk: 20, user_data: '' },
  });
  const nodes = Object.entries(machines).map(([name, machine], index) => [name, node(machine, index)]);
  const variables = {
    ...{ name: 'benchbus-lost', labels: Object.fromEntries(labels) as Record<string, string> },
    ...{ network_id: label, zone: label, cidr: '192.0.2.0/24', image_id: label },
    nodes: Object.fromEntries(nodes) as Record<string, unknown>,
  };
  const fence = { incarnation: label, sequence: 0 };
  const leaseExpiresAt = new Date(0).toISOString();
  return { version: 1, runId, fence, holder: hostId, leaseExpiresAt, phase: 'destroying', machines, variables };
}
