/** Ports that the model does not ask for. */
export const POSTGRES_PORT = 5432;
export const ETCD_PEER_PORT = 2380;
export const PATRONI_REST_PORT = 8008;
export const NODE_EXPORTER_PORT = 9100;
export const PGBOUNCER_EXPORTER_PORT = 9127;
