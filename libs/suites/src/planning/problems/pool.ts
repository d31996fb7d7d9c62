import type { Pgbouncer } from '../../model/components.ts';
import type { Workload } from '../../model/workload.ts';
import type { Layout } from '../layout.ts';
import { nodesWith, poolKeepsPrepared } from '../layout.ts';
import type { TopologyProblem } from './problem.ts';
import { ofNode } from './problem.ts';

/** Sessions of the load tool; undefined where only the tool knows. */
function clientsOf(workload: Workload): number | undefined {
  if (workload.tool === 'pgbench') return workload.clients;
  return workload.tool === 'go-tpc' || workload.tool === 'sysbench' ? workload.threads : undefined;
}

/** Scripts of sysbench that begin a transaction; the others run single statements. */
const SYSBENCH_TRANSACTIONS: readonly string[] = ['oltp_read_write', 'oltp_read_only', 'oltp_write_only'];

/** What sends a transaction of several statements, for a person; undefined where nothing is known to. */
function transactionOf(workload: Workload): string | undefined {
  if (workload.tool === 'pgbench') {
    // Its own loading of data (`pgbench -i`) is a transaction, whatever the script.
    const { script } = workload;
    return script === 'tpcb-like' || script === 'simple-update'
      ? `pgbench ${script}`
      : 'pgbench, when it loads its data,';
  }
  if (workload.tool === 'go-tpc') return 'go-tpc';
  return workload.tool === 'sysbench' && SYSBENCH_TRANSACTIONS.includes(workload.script)
    ? `sysbench ${workload.script}`
    : undefined;
}

/** Whether the tool names its prepared statements, and how it could be told not to. Sysbench is told so by benchbus. */
function preparesBy(workload: Workload): { readonly what: string; readonly instead: string } | undefined {
  const session = 'poolMode: session';
  if (workload.tool === 'pgbench' && workload.protocol === 'prepared')
    return { what: 'protocol prepared', instead: `protocol: simple or extended, or ${session}` };
  return workload.tool === 'go-tpc' ? { what: 'go-tpc', instead: session } : undefined;
}

function inMode(layout: Layout, { poolMode }: Pgbouncer, workload: Workload, name: string): TopologyProblem[] {
  const found: TopologyProblem[] = [];
  const transaction = transactionOf(workload);
  if (poolMode === 'statement' && transaction !== undefined) {
    const message = `poolMode statement takes single statements, and ${transaction} sends a transaction; allowed is transaction or session`;
    found.push(ofNode(name, 'POOL_MODE_BREAKS_TRANSACTIONS', message, 'use poolMode: transaction or session'));
  }
  const prepares = preparesBy(workload);
  if (poolMode !== 'session' && prepares !== undefined && !poolKeepsPrepared(layout)) {
    const message = `poolMode ${poolMode} loses prepared statements before PgBouncer 1.21, which hosts rarely have, and ${prepares.what} uses them; allowed is ${prepares.instead}`;
    found.push(ofNode(name, 'POOL_MODE_LOSES_PREPARED', message, `use ${prepares.instead}`));
  }
  return found;
}

/**
 * What the load tool cannot do through the PgBouncer that it connects to (the first). Stroppy and commands know best
 * themselves: nothing is said of those.
 */
export function poolProblems(layout: Layout, workload: Workload): TopologyProblem[] {
  const [pool] = nodesWith(layout, 'pgbouncer');
  const pgbouncer = pool?.node.pgbouncer;
  if (pool === undefined || pgbouncer === undefined) return [];
  const found = inMode(layout, pgbouncer, workload, pool.name);
  const clients = clientsOf(workload);
  if (clients !== undefined && clients > pgbouncer.maxClientConnections) {
    const message = `${clients} clients of the load tool, and maxClientConnections is ${pgbouncer.maxClientConnections}; allowed is ${clients} or more`;
    found.push(ofNode(pool.name, 'POOL_TOO_SMALL', message, `set maxClientConnections to ${clients} or more`));
  }
  return found;
}
