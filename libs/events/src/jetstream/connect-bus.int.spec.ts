import { eventBusContract } from '../testing/event-bus-contract.ts';
import { startJetStreamHarness } from '../testing/jetstream-harness.ts';

eventBusContract('JetStream', () => startJetStreamHarness({ livenessTtlMs: 1500 }));
