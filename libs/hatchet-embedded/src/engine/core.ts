import type { Logger } from 'pino';
import type { Database, Durability } from '../store/database.ts';
import { GateStore } from '../store/gate-store.ts';
import { HistoryStore } from '../store/history-store.ts';
import { RunStore } from '../store/run-store.ts';
import { WorkerStore } from '../store/worker-store.ts';
import { WorkflowStore } from '../store/workflow-store.ts';
import { AsyncQueue } from './async-queue.ts';
import { Feed } from './feed.ts';
import type { Limits } from './limits.ts';
import { assignReady } from './scheduling.ts';
import { settleGroups } from './gates.ts';
import { WorkerRegistry } from './worker-registry.ts';

/** What one transaction gathers: its time, what must be settled before the commit, what happens after it. */
export interface Tx {
  readonly now: number;
  /** Concurrency groups whose members changed. */
  readonly dirtyGroups: Set<string>;
  /** Set when a run became ready, or a worker has room or became able. */
  wake: boolean;
  /** Runs after the commit, in order: streams must never see what was rolled back. */
  after(effect: () => void): void;
}

/** The stores and the one way to change them. */
export class Core {
  readonly db: Database;
  readonly tenantId: string;
  readonly limits: Limits;
  readonly logger: Logger;
  readonly runs: RunStore;
  readonly gates: GateStore;
  readonly workflows: WorkflowStore;
  readonly workerStore: WorkerStore;
  readonly history: HistoryStore;
  readonly workers: WorkerRegistry;
  readonly feed = new Feed();
  readonly #queues = new Set<{ fail(error: Error): void }>();
  /** Called after every commit; the alarm re-arms its timer. */
  onCommit: () => void = () => undefined;

  constructor(db: Database, tenantId: string, limits: Limits, logger: Logger) {
    this.db = db;
    this.tenantId = tenantId;
    this.limits = limits;
    this.logger = logger;
    this.runs = new RunStore(db);
    this.gates = new GateStore(db);
    this.workflows = new WorkflowStore(db);
    this.workerStore = new WorkerStore(db);
    this.history = new HistoryStore(db);
    this.workers = new WorkerRegistry(this.workerStore.all(), Date.now());
  }

  /** A queue for a stream's answers; `close` when the stream is over. */
  openQueue<T>(): { queue: AsyncQueue<T>; close: () => void } {
    const queue = new AsyncQueue<T>();
    this.#queues.add(queue);
    return { queue, close: () => this.#queues.delete(queue) };
  }

  /** Ends all open streams with this error. */
  failQueues(error: Error): void {
    for (const queue of this.#queues) queue.fail(error);
  }

  /** One change: `work`, then admissions and assignments that follow from it, commit, then the effects. */
  transact<T>(durability: Durability, work: (tx: Tx) => T): T {
    const effects: (() => void)[] = [];
    const tx: Tx = { now: Date.now(), dirtyGroups: new Set(), wake: false, after: (effect) => effects.push(effect) };
    let result: T;
    try {
      result = this.db.transaction(durability, () => {
        const value = work(tx);
        settleGroups(this, tx);
        if (tx.wake) assignReady(this, tx);
        return value;
      });
    } catch (error) {
      this.workflows.forgetCache();
      throw error;
    }
    for (const effect of effects) effect();
    this.onCommit();
    return result;
  }
}
