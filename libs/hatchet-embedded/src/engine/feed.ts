/** A happening on a run that streams may want; `run` events are the terminal ones. */
export interface FeedEvent {
  readonly kind: 'task' | 'run';
  readonly runId: string;
  readonly metadataJson: string | null;
  readonly type: 'STARTED' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TIMED_OUT' | 'STREAM';
  readonly payload: string;
  readonly retryCount: number;
  readonly at: number;
  readonly eventIndex?: number | undefined;
}

type Listener = (event: FeedEvent) => void;

/** In-process fan-out from committed transactions to the open streams. */
export class Feed {
  readonly #listeners = new Set<Listener>();

  publish(event: FeedEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
