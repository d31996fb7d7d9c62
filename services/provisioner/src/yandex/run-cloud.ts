import { rmSync } from 'node:fs';
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

/** What bounds each of the calls that make a run. */
export interface MakeOptions {
  readonly signal: AbortSignal;
  /** Of the stage, in ms, at least 1; asked right before each call. */
  readonly timeLeft: () => number;
  readonly onEvent: (event: TerraformEvent) => void;
}

type Bounds = () => Pick<CallOptions, 'signal' | 'timeoutMs'>;
/** A destroy is not stopped: it has terraform's own limit. */
const UNBOUND: Bounds = () => ({});

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
  async make(record: RunRecord, variables: ModuleVariables, { signal, timeLeft, onEvent }: MakeOptions): Promise<void> {
    const { store } = this.#options;
    const bounds: Bounds = () => ({ signal, timeoutMs: timeLeft() });
    await this.#making.endStrays();
    const previous = await store.get(this.#runId);
    // Of an earlier call it stays as it is until we have the lock: it may be another's, who works.
    if (previous === undefined) await store.put(record);
    try {
      await this.#making.open(MAKING, variables, store.backend(this.#runId), bounds());
      if (previous !== undefined) await this.#adoptLost(record, bounds);
      await namedEffect('terraform-apply', () =>
        this.#locked(
          record,
          'making the machines',
          ['apply', '-json', '-auto-approve', '-input=false'],
          bounds,
          onEvent,
        ),
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
      await store.put({ ...record, phase: 'destroying' });
      await this.#making.open(MAKING, record.variables, store.backend(this.#runId));
      const ours: RunRecord = { ...record, holder: hostId, phase: 'destroying' };
      for (let round = 0; round < ROUNDS; round += 1) {
        await this.#importAll(ours, found, UNBOUND);
        await namedEffect('terraform-destroy', () =>
          this.#locked(
            ours,
            'removing the machines',
            ['destroy', '-json', '-auto-approve', '-input=false'],
            UNBOUND,
            onEvent,
          ),
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
    rmSync(join(this.#options.workDir, this.#runId), { recursive: true, force: true, maxRetries: 3 });
  }

  /** What an interrupted apply made and could not write down any more. */
  async #adoptLost(record: RunRecord, bounds: Bounds): Promise<void> {
    const run = { installation: this.#options.terraform.installation, runId: this.#runId };
    await this.#finding.open(FINDING, lookUpVariables(run, record.machines), undefined, bounds());
    await this.#importAll(record, await lookUp(this.#finding, bounds()), bounds);
  }

  async #importAll(record: RunRecord, found: ReadonlyMap<string, string>, bounds: Bounds): Promise<void> {
    const list = ['state', 'list'];
    const listed = await this.#making.call('reading the state', list, { tolerant: true, ...bounds() });
    const inState = new Set(listed.stdout.split('\n'));
    for (const [address, id] of found) {
      if (inState.has(address)) continue;
      this.#options.logger.warn({ run: this.#runId, address, id }, 'in the cloud and not in the state: taken up');
      await this.#locked(record, `taking up ${address}`, ['import', '-input=false', '-no-color', address, id], bounds);
    }
  }

  /**
   * A call that locks the state; a lock that a dead one left is broken.
   * @param record what is known of the run from when the lock is ours: its holder is us
   */
  async #locked(
    record: RunRecord,
    doing: string,
    args: readonly string[],
    bounds: Bounds,
    onEvent?: (event: TerraformEvent) => void,
  ): Promise<void> {
    const { store, logger } = this.#options;
    let noted: Promise<void> | undefined;
    // Only who has the lock is its holder: whoever is refused must not look like it to himself, a moment later, or to others.
    const had = () => {
      noted ??= store.put(record).catch((error: unknown) => {
        logger.warn({ run: this.#runId, err: error }, 'who works on the run could not be noted');
      });
    };
    const call = () =>
      this.#making.call(doing, args, {
        ...bounds(),
        onEvent: (event) => {
          if (event.kind !== 'diagnostic') had();
          onEvent?.(event);
        },
      });
    try {
      await call().catch(async (error: unknown) => {
        if (!(error instanceof TerraformFailed) || error.lockId === undefined || !(await this.#isStale())) throw error;
        logger.warn({ run: this.#runId, lock: error.lockId }, 'a dead provisioner left its lock: broken');
        await this.#making.call('breaking a lock', ['force-unlock', '-force', error.lockId], bounds());
        await call();
      });
      had();
    } finally {
      await noted;
    }
  }

  /**
   * Whose lock is it? Of this host: nobody's, since whatever terraform of it worked for the run was ended. Of another: nobody's
   * when that host's provisioner is gone. The record says who had it last.
   */
  async #isStale(): Promise<boolean> {
    const { store, hostId, hostLives } = this.#options;
    const holder = (await store.get(this.#runId))?.holder;
    return holder === undefined || holder === hostId || !(await hostLives(holder));
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
