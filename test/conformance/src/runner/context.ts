import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Address } from '../engines/engine.ts';
import type { Client, Worker, WorkerOptions } from './sdk.ts';
import { WorkerProcess } from './worker-process.ts';

const POLL_MS = 100;
/** A worker waits for its tasks when it stops, also for one that a failed case left hanging. */
const CLOSE_MS = 10_000;
/** On a busy machine a worker's thread takes its time. */
const READY_MS = 30_000;

/** A workflow as far as starting it goes. */
export interface Startable<I, O> {
  // Both of the SDK's signatures: input and output are inferred from the pair.
  runNoWait(input: I, options?: RunOptions): Promise<RunRef<O>>;
  runNoWait(input: I[], options?: RunOptions): Promise<RunRef<O>[]>;
}
interface RunRef<O> {
  getWorkflowRunId(): Promise<string>;
  readonly output: Promise<O>;
}
type RunOptions = NonNullable<Parameters<ReturnType<Client['task']>['runNoWait']>[1]>;

export interface Started<O> {
  readonly id: string;
  /** Settles with the run's end; rejections nobody awaits are no accident of the process. */
  readonly output: Promise<O>;
}

export interface ContextOptions {
  readonly client: Client;
  readonly address: Address;
  readonly restartEngine: () => Promise<void>;
}

/** What a case works with. Everything it starts is ended by `close`. */
export class CaseContext {
  readonly client: Client;
  readonly address: Address;
  /** Takes the engine away and brings it back; only for cases that `restarts`. */
  readonly restartEngine: () => Promise<void>;
  /** Ids of the runs it started, for the result. */
  readonly runs: string[] = [];
  /** In the names of this execution: nobody else has it. */
  readonly unique = randomUUID().slice(0, 8);
  readonly #closers: (() => unknown)[] = [];

  constructor({ client, address, restartEngine }: ContextOptions) {
    this.client = client;
    this.address = address;
    this.restartEngine = restartEngine;
  }

  /** A name nobody uses in this or any other execution. */
  name(what: string): string {
    return `conformance-${what}-${this.unique}`;
  }

  /** Makes workflows known without a worker that listens, so that their runs wait. */
  async register(workflows: NonNullable<WorkerOptions['workflows']>): Promise<void> {
    await this.client.worker(this.name('registrar'), { workflows, handleKill: false });
  }

  /** Starts a worker in this process and waits until it listens. */
  async worker(
    workflows: NonNullable<WorkerOptions['workflows']>,
    { name = this.name('worker'), ...options }: WorkerOptions & { name?: string } = {},
  ): Promise<Worker> {
    const worker = await this.client.worker(name, { workflows, handleKill: false, ...options });
    this.defer(() => worker.stop());
    worker.start().catch(() => undefined); // a worker that cannot go on is seen by what its runs do not do
    await worker.waitUntilReady(READY_MS);
    return worker;
  }

  /** A worker in a process of its own, to be killed; see there for what its task does. */
  async workerProcess(task: string): Promise<WorkerProcess> {
    const process = new WorkerProcess(this.address, task);
    this.defer(() => process.kill());
    await process.listening;
    return process;
  }

  /** Starts a run and notes its id. */
  async start<I, O>(task: Startable<I, O>, input: I, options?: RunOptions): Promise<Started<O>> {
    const ref = await task.runNoWait(input, options);
    const id = await ref.getWorkflowRunId();
    this.runs.push(id);
    const output = ref.output;
    output.catch(() => undefined);
    return { id, output };
  }

  /** Starts a run and waits for its result. */
  async run<I, O>(task: Startable<I, O>, input: I, options?: RunOptions): Promise<O> {
    return (await this.start(task, input, options)).output;
  }

  /**
   * Asks until the answer is the wanted one: REST shows what happened a moment later.
   * @throws the last answer's complaint after `timeoutMs`
   */
  async until(check: () => unknown, timeoutMs = 20_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      try {
        await check();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
      await delay(POLL_MS);
    }
  }

  /** Types of the events of a run's task, oldest first. (`taskEvents` of the run's details is empty in the real engine.) */
  async eventTypes(id: string): Promise<string[]> {
    const { data } = await this.client.api.v1TaskEventList(id, { limit: 100, offset: 0 });
    return (data.rows ?? []).map(({ eventType }) => String(eventType)).toReversed();
  }

  /** The workers of this execution that REST lists under this name. */
  async listedWorkers(name = this.name('worker')) {
    const { rows = [] } = await this.client.workers.list();
    return rows.filter((row) => row.name === name);
  }

  /** Waits until REST shows this status of a run. */
  async untilStatus(id: string, wanted: string, timeoutMs?: number): Promise<void> {
    await this.until(async () => {
      const status: string = await this.client.runs.get_status(id);
      if (status !== wanted) throw new Error(`run ${id} is ${status}, not ${wanted}`);
    }, timeoutMs);
  }

  defer(closer: () => unknown): void {
    this.#closers.push(closer);
  }

  /** Ends what the case started, last first; one that cannot be ended does not keep the others. */
  async close(): Promise<void> {
    for (const closer of this.#closers.splice(0).toReversed()) {
      const closed = Promise.resolve(closer()).catch(() => undefined);
      await Promise.race([closed, delay(CLOSE_MS, undefined, { ref: false })]);
    }
  }
}
