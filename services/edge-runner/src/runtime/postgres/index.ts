export { findBinaries } from './binaries.ts';
export { libpqEnv, psql, type PsqlTarget } from './psql.ts';
export { refreshSharedMemory } from './refresh.ts';
export { serverFiles } from './server-files.ts';
export type { ServerSpec } from './server-spec.ts';
export { setUpServer } from './set-up.ts';
