import type { Delivery, DeliverySource } from '../core/delivery.ts';
import { startLongTimer } from '../core/long-timer.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import { matchesAny, type MemoryStream } from './memory-stream.ts';

interface Puller {
  wanted: number;
  readonly onDelivery: (delivery: Delivery) => void;
  readonly inHand: Set<StoredMessage>;
}

/** A durable consumer all replicas share: hands each message to one of them, again after a nak. */
export class MemoryDurable {
  subjects: readonly string[];
  maxDeliveries: number;
  readonly #onExhausted: (message: StoredMessage, deliveries: number) => void;
  readonly #deliveries = new Map<number, number>();
  readonly #stream: MemoryStream;
  readonly #pullers = new Set<Puller>();
  readonly #again: StoredMessage[] = [];
  #next = 0;

  constructor(
    stream: MemoryStream,
    subjects: readonly string[],
    maxDeliveries: number,
    onExhausted: (message: StoredMessage, deliveries: number) => void,
  ) {
    this.#stream = stream;
    this.subjects = subjects;
    this.maxDeliveries = maxDeliveries;
    this.#onExhausted = onExhausted;
    stream.onMessage(() => this.#pump());
  }

  open(onDelivery: (delivery: Delivery) => void): DeliverySource {
    const puller: Puller = { wanted: 0, onDelivery, inHand: new Set() };
    this.#pullers.add(puller);
    return {
      want: (count) => {
        puller.wanted = count;
        this.#pump();
      },
      stop: () => {
        this.#pullers.delete(puller);
        // What this replica had not finished goes to another: the twin of an expired ack wait.
        this.#again.push(...puller.inHand);
        puller.inHand.clear();
        this.#pump();
      },
    };
  }

  #take(): StoredMessage | undefined {
    for (let again = this.#again.shift(); again !== undefined; again = this.#again.shift()) {
      const deliveries = this.#deliveries.get(again.sequence) ?? 0;
      if (this.maxDeliveries < 0 || deliveries < this.maxDeliveries) return again;
      this.#onExhausted(again, deliveries);
    }
    while (this.#next < this.#stream.messages.length) {
      const message = this.#stream.messages[this.#next];
      this.#next += 1;
      if (message !== undefined && matchesAny(this.subjects, message.subject)) return message;
    }
    return undefined;
  }

  #pump(): void {
    // Not within the caller's own step: a server answers later, too.
    queueMicrotask(() => {
      for (const puller of this.#pullers) {
        while (puller.wanted > 0) {
          const message = this.#take();
          if (message === undefined) return;
          puller.wanted -= 1;
          this.#deliver(puller, message);
        }
      }
    });
  }

  #deliver(puller: Puller, stored: StoredMessage): void {
    puller.inHand.add(stored);
    const deliveries = (this.#deliveries.get(stored.sequence) ?? 0) + 1;
    this.#deliveries.set(stored.sequence, deliveries);
    puller.onDelivery({
      stream: this.#stream.name,
      stored,
      deliveries,
      ack: () => puller.inHand.delete(stored),
      term: () => puller.inHand.delete(stored),
      working: () => undefined,
      nak: (delayMs) => {
        if (!puller.inHand.delete(stored)) return;
        const comeBack = () => {
          this.#again.push(stored);
          this.#pump();
        };
        startLongTimer(comeBack, delayMs, { unref: true });
      },
    });
  }
}
