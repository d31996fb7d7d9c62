import type { Delivery, DeliverySource } from '../core/delivery.ts';
import type { Link } from './link.ts';
import { pullRequest, type PullRequest } from './pull-request.ts';
import { deliveryOf } from './pulled-message.ts';

const REFUSED_DELAY_MS = 500;

interface Target {
  readonly stream: string;
  readonly consumer: string;
  /** Makes the consumer if there is none. */
  readonly make: () => Promise<unknown>;
}

/**
 * Pulls exactly as many messages as the consumer can handle now. The client's `consume` fetches ahead into a buffer where
 * nobody tells the server that a message is in good hands, so that it would be handled twice.
 */
export class PullSource implements DeliverySource {
  readonly #link: Link;
  readonly #target: Target;
  readonly #onDelivery: (delivery: Delivery) => void;
  readonly #requests = new Set<PullRequest>();
  readonly #off: () => void;
  #wanted = 0;
  #pause: NodeJS.Timeout | undefined;

  constructor(link: Link, target: Target, onDelivery: (delivery: Delivery) => void) {
    this.#link = link;
    this.#target = target;
    this.#onDelivery = onDelivery;
    // Pull requests die with the connection or the server.
    this.#off = link.onReconnect(() => {
      this.#drop();
      this.#fill();
    });
  }

  want(count: number): void {
    this.#wanted = count;
    if (count === 0) this.#drop();
    else this.#fill();
  }

  stop(): void {
    this.#wanted = 0;
    this.#off();
    clearTimeout(this.#pause);
    this.#drop();
  }

  #drop(): void {
    const requests = [...this.#requests];
    this.#requests.clear();
    for (const request of requests) request.drop();
  }

  /** An operator may have taken the consumer away for one of a host that is gone: who pulls from it is there, and makes it anew. */
  async #startOver(): Promise<void> {
    if (this.#wanted > 0 && this.#link.connected) await this.#target.make().catch(() => undefined);
    this.#pause = undefined;
    this.#fill();
  }

  #fill(): void {
    let open = 0;
    for (const request of this.#requests) open += request.open();
    const batch = this.#wanted - open;
    if (batch <= 0 || this.#pause !== undefined || !this.#link.connected) return;
    const request: PullRequest = pullRequest(
      this.#link,
      { ...this.#target, batch },
      (message) => {
        this.#wanted -= 1;
        this.#onDelivery(deliveryOf(this.#target.stream, message));
      },
      (refused) => {
        if (!this.#requests.delete(request)) return;
        if (refused) {
          // No consumer or stream yet, after a restart: nothing announces when there is one.
          this.#pause = setTimeout(() => void this.#startOver(), REFUSED_DELAY_MS);
        } else this.#fill();
      },
    );
    this.#requests.add(request);
  }
}
