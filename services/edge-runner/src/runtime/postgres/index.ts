export { findBinaries } from './binaries.ts';
export { libpqEnv, psql, type PsqlTarget } from './psql.ts';
