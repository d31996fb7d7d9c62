/** Thrown into a create that a destroy, or the end of the run, overtakes. */
export class Overtaken extends Error {
  constructor(by: string) {
    super(`overtaken: ${by}`);
    this.name = 'Overtaken';
  }
}

interface Lane {
  /** Ends when everything queued so far has ended; never rejects. */
  tail: Promise<unknown>;
  create?: { readonly controller: AbortController };
  readonly waiting: Map<string, Promise<unknown>>;
  users: number;
}

/**
 * One lane per run: creating and destroying never overlap, and a destroy first stops the create. Messages that ask for
 * the same thing while it waits for its turn share that turn, so repeated hints do not pile up.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #shutdown: AbortSignal;

  constructor(shutdown: AbortSignal) {
    this.#shutdown = shutdown;
  }

  get busy(): boolean {
    return this.#lanes.size > 0;
  }

  /** `overtaken`: it was stopped for something more urgent, and whoever asked has to look again. */
  create(runId: string, work: (signal: AbortSignal) => Promise<void>): Promise<'done' | 'overtaken'> {
    return this.#enter(runId, 'create', async (lane) => {
      const controller = new AbortController();
      lane.create = { controller };
      try {
        await work(AbortSignal.any([controller.signal, this.#shutdown]));
        return 'done';
      } catch (error) {
        if (controller.signal.reason instanceof Overtaken) return 'overtaken';
        throw error;
      } finally {
        delete lane.create;
      }
    });
  }

  /** `kind`: callers of one kind share a waiting turn, so it must stand for one kind of work and result. */
  destroy<T>(runId: string, kind: string, work: () => Promise<T>): Promise<T> {
    this.stopCreate(runId, 'the run is being destroyed');
    return this.#enter(runId, kind, work);
  }

  isBusy(runId: string): boolean {
    return this.#lanes.has(runId);
  }

  stopCreate(runId: string, why: string): void {
    this.#lanes.get(runId)?.create?.controller.abort(new Overtaken(why));
  }

  #enter<T>(runId: string, kind: string, work: (lane: Lane) => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(runId) ?? { tail: Promise.resolve(), waiting: new Map(), users: 0 };
    this.#lanes.set(runId, lane);
    const shared = lane.waiting.get(kind);
    if (shared !== undefined) return shared as Promise<T>;
    lane.users += 1;
    const turn = lane.tail.then(() => {
      lane.waiting.delete(kind);
      return work(lane);
    });
    lane.waiting.set(kind, turn);
    lane.tail = turn
      .catch(() => undefined)
      .then(() => {
        lane.users -= 1;
        if (lane.users === 0) this.#lanes.delete(runId);
      });
    return turn;
  }
}
