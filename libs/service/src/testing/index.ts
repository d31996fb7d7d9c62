export { startChild } from './child.ts';
export type { Child, ChildOptions, Exit } from './child.ts';
export { findProgram } from './find-program.ts';
export { freePort } from './free-port.ts';
export { findNatsServer, startNats } from './nats.ts';
export { launchService, spawnService } from './spawn-service.ts';
export type { SpawnedService, SpawnServiceOptions } from './spawn-service.ts';
export { findValkeyServer, startValkey } from './valkey.ts';
export type { TestServer } from './valkey.ts';
