/** What listens where unless the suite says something else; all fixed but those a component has a key for. */
export const DEFAULT_PORTS = {
  postgres: 5432,
  patroni: 8008,
  etcdClient: 2379,
  etcdPeer: 2380,
  pgbouncer: 6432,
  nodeExporter: 9100,
  postgresExporter: 9187,
  pgbouncerExporter: 9127,
} as const;
