export { findBinaries } from './binaries.ts';
export { psql, type PsqlTarget } from './psql.ts';
