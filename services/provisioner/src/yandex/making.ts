import type { Fence } from '@benchbus/events';
import type { TerraformEvent } from '../terraform/domain/stream.ts';

type Work = (signal: AbortSignal, onEvent: (event: TerraformEvent) => void) => Promise<void>;

/** One apply that makes all machines of a run; who asks for a node waits for that one alone. */
export class Making {
  readonly #fence: Fence;
  readonly #count: number;
  readonly #stop = new AbortController();
  readonly #up = new Set<string>();
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();
  readonly #ended: Promise<void>;
  #outcome: { readonly error?: unknown } | undefined;

  /** @param count of machines; the last that comes up is told with the end of the apply: then the state is written, too */
  constructor(fence: Fence, count: number, signal: AbortSignal, work: Work) {
    this.#fence = fence;
    this.#count = count;
    const either = AbortSignal.any([signal, this.#stop.signal]);
    this.#ended = work(either, (event) => this.#on(event)).then(
      () => this.#end({}),
      (error: unknown) => this.#end({ error }),
    );
  }

  isFor({ incarnation, sequence }: Fence): boolean {
    return this.#fence.incarnation === incarnation && this.#fence.sequence === sequence;
  }

  get over(): boolean {
    return this.#outcome !== undefined;
  }

  /** Resolves when the node's machine is there; rejects when the apply failed before. */
  node(name: string): Promise<void> {
    if (this.#up.has(name) && this.#up.size < this.#count) return Promise.resolve();
    const waiting = this.#waiting.get(name) ?? Promise.withResolvers<void>();
    this.#waiting.set(name, waiting);
    if (this.#outcome !== undefined) this.#settle(waiting);
    return waiting.promise;
  }

  /** Stops it, and waits for its end. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('stopped'));
    await this.#ended;
  }

  #on(event: TerraformEvent): void {
    if (event.kind !== 'resource' || event.what !== 'done' || event.action !== 'create') return;
    if (event.type !== 'yandex_compute_instance' || event.key === undefined) return;
    this.#up.add(event.key);
    if (this.#up.size < this.#count) this.#waiting.get(event.key)?.resolve();
  }

  #end(outcome: { readonly error?: unknown }): void {
    this.#outcome = outcome;
    for (const waiting of this.#waiting.values()) this.#settle(waiting);
  }

  #settle(waiting: PromiseWithResolvers<void>): void {
    if (this.#outcome?.error === undefined) waiting.resolve();
    else waiting.reject(this.#outcome.error);
  }
}
