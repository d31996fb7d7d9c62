export { connect as connectClient } from './sdk.ts';
export type { Client } from './sdk.ts';
