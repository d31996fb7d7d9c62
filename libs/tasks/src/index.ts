export * from './contracts.ts';
export * from './hatchet-client.ts';
export * from './metadata.ts';
