export * from './config/index.ts';
export * from './contracts.ts';
export * from './hatchet-client.ts';
export * from './metadata.ts';
export * from './task-log.ts';
export { greetEngine } from './probe/index.ts';
