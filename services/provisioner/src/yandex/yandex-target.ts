import { existsSync } from 'node:fs';
import { BenchbusError } from '@benchbus/events';
import type { Plan, Problem } from '@benchbus/suites';
import type { Logger } from 'pino';
import { terraformMissing } from '../terraform/domain/problems.ts';
import type { TerraformEvent } from '../terraform/domain/stream.ts';
import type { RunRecord } from '../terraform/run-record.ts';
import type { CreateContext, NodeSpec, Target, WorldItem } from '../target/target.ts';
import { groupName, machineName, subnetName } from './domain/names.ts';
import { moduleVariables } from './domain/module-variables.ts';
import type { CloudSettings } from './domain/module-variables.ts';
import { Making } from './making.ts';
import { RunCloud } from './run-cloud.ts';
import type { RunCloudOptions } from './run-cloud.ts';

export interface YandexTargetOptions extends RunCloudOptions {
  readonly cloud: CloudSettings;
  /** cloud-init's user-data of a node; no secret may be in it. */
  readonly userData: (spec: NodeSpec, node: string) => Promise<string>;
  readonly logger: Logger;
  /** Folder of the cloud; not given: nobody else answers for what is made here. */
  readonly place?: string;
}

/** Nodes as virtual machines in Yandex Cloud: one apply of terraform makes all machines of a run, one destroy removes them. */
export class YandexTarget implements Target {
  readonly name = 'yandex';
  /** Its nodes come up at once: ask for all of them before you wait for one. */
  readonly together = true;
  /** Machines are as large as they are asked for, whatever this host has. */
  readonly host = { cores: Number.POSITIVE_INFINITY, memoryBytes: Number.POSITIVE_INFINITY };
  readonly place?: string;
  readonly #options: YandexTargetOptions;
  readonly #making = new Map<string, Making>();
  /** Nodes that the log knows, of runs whose record is lost. */
  readonly #toFind = new Map<string, Set<string>>();

  constructor(options: YandexTargetOptions) {
    this.#options = options;
    if (options.place !== undefined) this.place = options.place;
  }

  get #installation(): string {
    return this.#options.terraform.installation;
  }

  check(_plan: Plan): Promise<Problem | undefined> {
    const { program } = this.#options.terraform;
    return Promise.resolve(existsSync(program) ? undefined : terraformMissing(program));
  }

  async createNode(spec: NodeSpec, context: CreateContext): Promise<void> {
    const { runId, fence } = spec;
    const known = this.#making.get(runId);
    if (known !== undefined && !known.over && known.isFor(fence)) return known.node(spec.node.name);
    const count = spec.nodes?.length ?? 1;
    // There before anything is waited for: the run's other nodes ask in the same moment.
    const making = new Making(fence, count, context.signal, async (signal, onEvent) => {
      await known?.stop();
      await this.#make(spec, context, signal, onEvent);
    });
    this.#making.set(runId, making);
    return making.node(spec.node.name);
  }

  async #make(
    spec: NodeSpec,
    { guard }: CreateContext,
    signal: AbortSignal,
    onEvent: (event: TerraformEvent) => void,
  ): Promise<void> {
    const { cloud, userData, store, hostId, logger } = this.#options;
    const { runId, fence, leaseExpiresAt, cidr, nodes = [spec.node] } = spec;
    const there = await store.get(runId);
    const fenceOf = (of: RunRecord['fence']) => `${of.incarnation}:${of.sequence}`;
    if (there !== undefined && (fenceOf(there.fence) !== fenceOf(fence) || there.phase === 'destroying'))
      await this.#destroy(runId, []);
    await guard();
    signal.throwIfAborted();
    const run = { installation: this.#installation, runId, fence, cidr, leaseExpiresAt, nodes };
    const texts = new Map<string, string>();
    for (const { name } of nodes) texts.set(name, await userData(spec, name));
    const variables = moduleVariables(run, cloud, (node) => texts.get(node) ?? '');
    const machines = Object.fromEntries(nodes.map(({ name }) => [name, machineName(run, name)]));
    const blank = moduleVariables(run, cloud, () => '');
    const record: RunRecord = {
      ...{ version: 1, runId, fence, holder: hostId, leaseExpiresAt, phase: 'making', machines },
      variables: { ...blank },
    };
    try {
      await new RunCloud(this.#options, runId).make(record, variables, {
        signal,
        timeLeft: () => this.#timeLeft(spec.deadline),
        onEvent: this.#told(runId, onEvent),
      });
    } catch (error) {
      // Who stopped it destroys it, and what another works on is that one's; whatever else went wrong, nothing half-made goes on
      // costing money.
      const isAnothers = error instanceof BenchbusError && error.code === 'TERRAFORM_STATE_LOCKED';
      if (!signal.aborted && !isAnothers)
        await this.#destroy(runId, []).catch((also: unknown) => {
          logger.error({ run: runId, err: also }, 'what was made could not be removed yet; the janitor will');
        });
      throw error;
    }
  }

  #timeLeft(deadline: string | undefined): number {
    const { timeoutMs } = this.#options.terraform;
    return deadline === undefined ? timeoutMs : Math.min(timeoutMs, Math.max(1, Date.parse(deadline) - Date.now()));
  }

  #told(runId: string, onEvent?: (event: TerraformEvent) => void): (event: TerraformEvent) => void {
    return (event) => {
      if (event.kind === 'resource' && event.what !== 'started' && event.action !== 'read')
        this.#options.logger.info(
          { run: runId, resource: event.address, id: event.id },
          `${event.action} ${event.what === 'done' ? 'done' : 'failed'}`,
        );
      onEvent?.(event);
    };
  }

  async release(runId?: string): Promise<void> {
    // As this service ends, or for a destroy: terraform writes down what it has made, and whoever comes next goes on.
    const making = runId === undefined ? [...this.#making.values()] : [this.#making.get(runId)];
    await Promise.all(making.map((one) => one?.stop()));
  }

  /** All of the run goes at once, with its first node; of a run without a record only the name is noted. */
  async destroyNode(runId: string, node: string): Promise<string[]> {
    if ((await this.#options.store.get(runId)) === undefined) {
      this.#toFind.set(runId, (this.#toFind.get(runId) ?? new Set()).add(node));
      return [];
    }
    await this.#destroy(runId, [node]);
    return [];
  }

  async destroyRun(runId: string): Promise<void> {
    const nodes = this.#toFind.get(runId) ?? new Set<string>();
    if (nodes.size > 0 || (await this.#options.store.get(runId)) !== undefined) await this.#destroy(runId, [...nodes]);
    this.#toFind.delete(runId);
    this.#making.delete(runId);
  }

  async #destroy(runId: string, nodes: readonly string[]): Promise<void> {
    const run = { installation: this.#installation, runId };
    const machines = Object.fromEntries(nodes.map((node) => [node, machineName(run, node)]));
    await new RunCloud(this.#options, runId).destroy(machines, this.#told(runId));
    this.#toFind.delete(runId);
  }

  async list(runId?: string): Promise<WorldItem[]> {
    const { store } = this.#options;
    const runs = runId === undefined ? await store.runs() : [runId];
    const records = await Promise.all(runs.map((id) => store.get(id)));
    return records.flatMap((record) => (record === undefined ? [] : this.#itemsOf(record)));
  }

  #itemsOf({ runId, fence, machines }: RunRecord): WorldItem[] {
    const run = { installation: this.#installation, runId };
    const of = { runId, node: undefined, incarnation: fence.incarnation };
    return [
      ...Object.entries(machines).map(([node, name]) => ({
        ...of,
        kind: 'machine' as const,
        node,
        what: `machine ${name}`,
      })),
      { ...of, kind: 'network', what: `security group ${groupName(run)}` },
      { ...of, kind: 'network', what: `subnet ${subnetName(run)}` },
    ];
  }

  /** Nobody here sees a machine's runner: the stage's deadline ends the wait for one that does not come. */
  gaveUp(_runId: string, signal: AbortSignal): Promise<Problem> {
    return new Promise((_, reject) => {
      const end = () => reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'));
      if (signal.aborted) end();
      else signal.addEventListener('abort', end, { once: true });
    });
  }

  /** What a machine wrote is on its serial console, which only people with rights in the cloud read. */
  tail(): Promise<string> {
    return Promise.resolve('');
  }
}
