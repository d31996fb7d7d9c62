import type { EventBus } from '../bus/event-bus.ts';
import { eventBusContract } from '../testing/event-bus-contract.ts';
import { createMemoryBus } from './memory-bus.ts';
import { MemoryBroker } from './memory-broker.ts';

eventBusContract('in memory', async () => {
  const broker = new MemoryBroker();
  const buses: EventBus[] = [];
  return {
    open: async (options) => {
      const { name, onAppend, onAck, maxDeliveries } = options ?? {};
      const bus = createMemoryBus({
        broker,
        maxPayload: 1024 * 1024,
        ...(name === undefined ? {} : { name }),
        ...(maxDeliveries === undefined ? {} : { maxDeliveries }),
        ...(onAppend === undefined ? {} : { onAppend }),
        ...(onAck === undefined ? {} : { onAck }),
      });
      buses.push(bus);
      return bus;
    },
    publishRaw: async (subject, headers, body) => {
      const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
      const stream = subject.startsWith('evt.') ? broker.events : broker.requests;
      stream.add(subject, headers, bytes);
    },
    deadLetters: async () => broker.deadLetters.read('dead.>', 0),
    close: async () => {
      await Promise.all(buses.map((bus) => bus.close()));
    },
  };
});
