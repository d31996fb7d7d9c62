import type { EventBus } from '../bus/event-bus.ts';
import type { Draft } from '../bus/recorded-event.ts';

export interface OpenBusOptions {
  readonly patienceMs?: number;
  readonly name?: string;
  readonly maxDeliveries?: number;
  readonly onAppend?: (phase: 'before' | 'after', draft: Draft) => void;
  readonly onAck?: () => void;
}

export interface RawMessage {
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** One implementation under test: a backend of its own, any number of buses on it. */
export interface ContractHarness {
  open(options?: OpenBusOptions): Promise<EventBus>;
  /** Publishes past the bus, as a stranger would, to `evt.…` or `request.…`. */
  publishRaw(subject: string, headers: Readonly<Record<string, string>>, body: Uint8Array | string): Promise<void>;
  deadLetters(): Promise<RawMessage[]>;
  /** Ends every bus it opened, and the backend. */
  close(): Promise<void>;
}

/** Resolves when `look` answers true, asked again whenever `bell` rings. */
export function bell(): { ring(): void; until(look: () => boolean): Promise<void> } {
  const waiting = new Set<() => void>();
  return {
    ring: () => {
      for (const wake of [...waiting]) wake();
    },
    until: (look) =>
      new Promise((resolve) => {
        const wake = () => {
          if (!look()) return;
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
        wake();
      }),
  };
}

/** A list that can be awaited. */
export function collector<T>(): {
  readonly items: T[];
  add(item: T): void;
  until(look: (items: T[]) => boolean): Promise<T[]>;
} {
  const items: T[] = [];
  const { ring, until } = bell();
  return {
    items,
    add: (item) => {
      items.push(item);
      ring();
    },
    until: async (look) => {
      await until(() => look(items));
      return items;
    },
  };
}
