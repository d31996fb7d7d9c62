import type { Consuming } from '../bus/consume.ts';
import { runConsumer, type ConsumerParts } from './run-consumer.ts';

/** The consumers that run on a bus: stopped one by one, or all of them with the bus. */
export class RunningConsumers {
  readonly #running = new Set<Consuming>();

  async run<M>(parts: ConsumerParts<M>): Promise<Consuming> {
    const running = await runConsumer(parts);
    const consuming: Consuming = {
      stop: async (graceMs) => {
        await running.stop(graceMs);
        this.#running.delete(consuming);
      },
    };
    this.#running.add(consuming);
    return consuming;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((consuming) => consuming.stop()));
  }
}
