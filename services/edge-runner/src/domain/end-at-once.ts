import type { ProcessKind } from '@benchbus/suites';

/**
 * The signal that ends a process of which nothing is to be kept. PostgreSQL: immediate shutdown, which leaves no shared
 * memory. Patroni and etcd: at once, since their regular end waits for peers that may be gone (and Patroni's server is ended
 * after it).
 */
export function endAtOnce(kind: ProcessKind): NodeJS.Signals {
  if (kind === 'postgres' || kind === 'pgbouncer') return 'SIGQUIT';
  return kind === 'patroni' || kind === 'etcd' ? 'SIGKILL' : 'SIGTERM';
}
