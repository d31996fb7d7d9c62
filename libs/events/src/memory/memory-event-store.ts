import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogStore, Publication, Published, StoredTailOptions } from '../core/log-store.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import type { MemoryBroker } from './memory-broker.ts';
import { matchesAny } from './memory-stream.ts';

const RETRY_MS = 20;
const handling = new AsyncLocalStorage<object>();

/** Stream EVENTS in memory: same checks in the same order as the server's. */
export class MemoryEventStore implements LogStore {
  readonly maxPayload: number;
  readonly #broker: MemoryBroker;

  constructor(broker: MemoryBroker, maxPayload: number) {
    this.#broker = broker;
    this.maxPayload = maxPayload;
  }

  get incarnation(): string {
    return this.#broker.incarnation;
  }

  async last(subject: string): Promise<StoredMessage | undefined> {
    return this.#broker.events.last(subject);
  }

  async readStored(subject: string, after: number, limit?: number): Promise<StoredMessage[]> {
    return this.#broker.events.read(subject, after).slice(0, limit);
  }

  async publish({ subject, id, expected, headers, body }: Publication): Promise<Published> {
    const { events, ids } = this.#broker;
    if (ids.has(id)) return { kind: 'duplicate' };
    if ((events.last(subject)?.sequence ?? 0) !== expected) return { kind: 'conflict' };
    ids.add(id);
    return { kind: 'stored', sequence: events.add(subject, headers, body).sequence };
  }

  async lastSequence(subjects: readonly string[]): Promise<number> {
    return this.#broker.events.messages.findLast(({ subject }) => matchesAny(subjects, subject))?.sequence ?? 0;
  }

  async mayRetry(): Promise<boolean> {
    return false;
  }

  tail({ subjects, from, onMessage, onEstablished }: StoredTailOptions): { stop(): Promise<void> } {
    const { events } = this.#broker;
    const identity = {};
    const stop = new AbortController();
    let wake: () => void = () => undefined;
    const off = events.onMessage(() => wake());
    const run = async () => {
      onEstablished?.();
      for (let next = from - 1; !stop.signal.aborted;) {
        const message = events.messages[next];
        if (message === undefined) {
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        try {
          if (matchesAny(subjects, message.subject)) await handling.run(identity, () => onMessage(message));
          next += 1;
        } catch {
          // Reported by the log; the same message again, as the JetStream follower does.
          await delay(RETRY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
        }
      }
    };
    const done = run();
    return {
      stop: async () => {
        stop.abort();
        off();
        wake();
        if (handling.getStore() !== identity) await done;
      },
    };
  }
}
