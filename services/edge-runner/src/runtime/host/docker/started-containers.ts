import { EventEmitter } from 'node:events';
import { labelFilter, LABEL, watchContainers } from '@benchbus/docker';
import type { Pod } from './pod.ts';

const RETRY_MS = 1_000;
/** To all: look again, as events may have been missed. */
const LOOK = Symbol('look');

/** Tells when containers of the node are started, whoever does it. Connected as long as anybody listens. */
export class StartedContainers {
  readonly #pod: Pod;
  readonly #heard = new EventEmitter().setMaxListeners(0);
  #connection: { stop(): Promise<void> } | undefined;
  #listeners = 0;

  constructor(pod: Pod) {
    this.#pod = pod;
  }

  /** Calls `look` when a container of this name may have been started, and at first; until the returned is called. */
  listen(name: string, look: () => void): () => Promise<void> {
    this.#heard.on(name, look).on(LOOK, look);
    this.#listeners += 1;
    if (this.#connection === undefined) this.#connect();
    else look();
    return async () => {
      this.#heard.off(name, look).off(LOOK, look);
      this.#listeners -= 1;
      if (this.#listeners > 0) return;
      const connection = this.#connection;
      this.#connection = undefined;
      await connection?.stop();
    };
  }

  #connect(): void {
    const { engine, owner, node } = this.#pod;
    this.#connection = watchContainers(engine, {
      label: labelFilter(owner.installation, owner.runId, node).label,
      events: ['start'],
      onEvent: ({ name, labels }) => {
        if (labels[LABEL.node] === node) this.#heard.emit(name);
      },
      onConnected: () => this.#heard.emit(LOOK),
      retryMs: RETRY_MS,
    });
  }
}
