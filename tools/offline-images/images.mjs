/**
 * Images that the suites name (libs/suites/src/planning/images.ts), each by the recipe that makes it on top of the shared
 * layer. The later ones are those that images/ describes for everybody, built from the same files.
 */
export const UPSTREAM = [
  { name: 'postgres:17', recipe: 'postgres' },
  { name: 'postgres:17-alpine', recipe: 'postgres', args: { POSTGRES_UID: '70', BIN_DIR: '/usr/local/bin' } },
  { name: 'quay.io/coreos/etcd:v3.5.17', recipe: 'etcd' },
  { name: 'edoburu/pgbouncer:latest', recipe: 'pgbouncer' },
  { name: 'prom/node-exporter:latest', recipe: 'node-exporter' },
  { name: 'prometheuscommunity/postgres-exporter:latest', recipe: 'postgres-exporter' },
  { name: 'quay.io/prometheuscommunity/pgbouncer-exporter:latest', recipe: 'pgbouncer-exporter' },
  { name: 'node:24-trixie-slim', recipe: 'node' },
];

/** Has go-tpc as this machine builds it from the Go proxy: Debian's Go is too old for it. */
export const GO_TPC = 'benchbus-offline/go-tpc';

/** Our own: folder below images/, whether the context is the repository (else that folder), and the build's arguments. */
export const OURS = [
  { name: 'benchbus/patroni:17', folder: 'patroni' },
  { name: 'benchbus/backup:17', folder: 'backup' },
  { name: 'benchbus/runner:dev', folder: 'runner', repository: true, args: { GO: GO_TPC } },
];

export const BASE = 'debian:trixie-slim';
export const SHARED = 'benchbus-offline/shared';
/** The runner's npm packages: kept, so that a changed source does not install them again. */
export const MODULES = 'benchbus-offline/runner-modules';

/** Everything a test may pull or run. */
export const NAMES = [BASE, ...UPSTREAM.map(({ name }) => name), ...OURS.map(({ name }) => name)];
