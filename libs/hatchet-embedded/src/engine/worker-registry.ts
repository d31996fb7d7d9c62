import type { AssignedAction } from '@hatchet-dev/typescript-sdk/protoc/dispatcher/dispatcher.js';
import type { WorkerRecord } from '../store/worker-store.ts';
import type { AsyncQueue } from './async-queue.ts';

/** Something to write to a worker's stream. */
export interface Outgoing {
  readonly kind: 'start' | 'cancel';
  readonly runId: string;
  readonly retryCount: number;
  readonly action: Partial<AssignedAction>;
}

/** An open ListenV2 stream. */
export interface Session {
  readonly workerId: string;
  readonly queue: AsyncQueue<Outgoing>;
  readonly close: () => void;
}

export interface WorkerState {
  record: WorkerRecord;
  session: Session | undefined;
  lastHeartbeatAt: number | null;
  listenedAt: number | null;
  /** Order of the last assignment, for round robin. */
  lastUsed: number;
}

/** Workers in memory: the persisted records and what lives only as long as a stream. */
export class WorkerRegistry {
  readonly #workers = new Map<string, WorkerState>();
  /** No worker counts as lost for time before this: while the engine was down nobody could send it a heartbeat. */
  #notBefore: number;

  constructor(records: readonly WorkerRecord[], startedAt: number) {
    this.#notBefore = startedAt;
    for (const record of records) this.add(record, null);
  }

  add(record: WorkerRecord, lastHeartbeatAt: number | null): void {
    this.#workers.set(record.id, { record, session: undefined, lastHeartbeatAt, listenedAt: null, lastUsed: 0 });
  }

  get(id: string): WorkerState | undefined {
    return this.#workers.get(id);
  }

  all(): WorkerState[] {
    return [...this.#workers.values()];
  }

  /** Active, not paused, and with a heartbeat that is not stale. */
  schedulable(now: number, staleMs: number): WorkerState[] {
    return this.all().filter(
      (worker) =>
        worker.session !== undefined &&
        !worker.record.paused &&
        worker.lastHeartbeatAt !== null &&
        now - worker.lastHeartbeatAt <= staleMs,
    );
  }

  /** Last time the worker was known to live. */
  lastSeen(id: string): number {
    return Math.max(this.#workers.get(id)?.lastHeartbeatAt ?? 0, this.#notBefore);
  }

  /** Call after the engine itself stood still (suspended machine): its workers get a fresh chance to beat. */
  forgive(now: number): void {
    this.#notBefore = now;
  }
}
