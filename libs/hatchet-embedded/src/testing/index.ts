export { EngineProcess } from './engine-process.ts';
export { connect as connectClient } from './sdk.ts';
export type { Client } from './sdk.ts';
