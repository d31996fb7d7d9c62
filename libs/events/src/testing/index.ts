export { allMayCreds } from './all-may-creds.ts';
export { parked, poison } from './poison.ts';
export { PlainLog } from './plain-log.ts';
export { recordedLogs, recordedMessages } from './recorded-logs.ts';
export { createMemoryBus, type MemoryBus, type MemoryBusOptions } from '../memory/memory-bus.ts';
export { MemoryBroker } from '../memory/memory-broker.ts';
export { findNatsServer } from '../server/find-nats-server.ts';
export { startNatsServer, type StartNatsServerOptions, type TestNatsServer } from './nats-server.ts';
