import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { EventBus } from '../bus/event-bus.ts';
import { connectBus, type ConnectBusOptions } from '../jetstream/connect-bus.ts';
import { fromWire, toWire } from '../jetstream/wire-headers.ts';
import type { ContractHarness, RawMessage } from './contract-harness.ts';
import { startNatsServer, type TestNatsServer } from './nats-server.ts';

export interface JetStreamHarness extends ContractHarness {
  open(options?: Partial<ConnectBusOptions>): Promise<EventBus>;
  readonly server: TestNatsServer;
}

/** A real server of its own, any number of buses. */
export async function startJetStreamHarness(defaults: Partial<ConnectBusOptions> = {}): Promise<JetStreamHarness> {
  const server = await startNatsServer();
  const nc = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  const js = jetstream(nc);
  const buses: EventBus[] = [];
  return {
    server,
    open: async (options) => {
      const bus = await connectBus({ servers: server.url, name: 'test', source: '/test', ...defaults, ...options });
      buses.push(bus);
      return bus;
    },
    publishRaw: async (subject, headers, body) => {
      await js.publish(subject, body, { headers: toWire(headers) });
    },
    deadLetters: async () => {
      const jsm = await jetstreamManager(nc);
      const { state } = await jsm.streams.info('DEADLETTERS');
      const letters: RawMessage[] = [];
      for (let seq = 1; seq <= state.last_seq; seq += 1) {
        const message = await jsm.streams.getMessage('DEADLETTERS', { seq });
        if (message !== null)
          letters.push({ subject: message.subject, headers: fromWire(message.header), body: message.data });
      }
      return letters;
    },
    close: async () => {
      await Promise.all(buses.map((bus) => bus.close()));
      await nc.close();
      await server.stop();
    },
  };
}
