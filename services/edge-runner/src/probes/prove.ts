import type { ProcessKind } from '@benchbus/suites';
import { mustBe } from './not-yet.ts';
import { planned } from './planned.ts';
import { proveEtcd } from './prove-etcd.ts';
import { proveExporter } from './prove-exporter.ts';
import { provePatroni } from './prove-patroni.ts';
import { provePgbouncer } from './prove-pgbouncer.ts';
import { provePostgres } from './prove-postgres.ts';
import type { ExporterKind } from './serving.ts';
import type { ProbeWorld, Proven } from './world.ts';

async function proof(node: string, process: ProcessKind, world: ProbeWorld): Promise<Proven> {
  const { plan } = world;
  switch (process) {
    case 'postgres':
      return provePostgres(planned(plan, node, process), world);
    case 'patroni':
      return provePatroni(planned(plan, node, process), world);
    case 'etcd':
      return proveEtcd(planned(plan, node, process), world);
    case 'pgbouncer':
      return provePgbouncer(planned(plan, node, process), world);
    case 'node-exporter':
    case 'postgres-exporter':
    case 'pgbouncer-exporter':
      return proveExporter(planned<ExporterKind>(plan, node, process), world);
    case 'backup':
    case 'load':
      // They listen nowhere: the clock starts the one, the run's next stage the other.
      return { version: undefined, facts: {} };
  }
}

/**
 * What the process of a node shows over the network: DatabaseReady's `proven` is the facts of all processes of the node.
 * Asks once. A replica, a standby, a member has to be part of the whole; a primary tells of the replicas that it has by
 * now, so prove after `startAfter` of the plan's load process is reached to have all of them told.
 * @throws BenchbusError PROOF_FAILED (the last reason) | DATABASE_SETTING_NOT_APPLIED | DATABASE_LOGIN_REFUSED
 *   | DATABASE_QUERY_FAILED | PLAN_PROCESS_UNKNOWN; and the reason of the world's signal
 */
export const prove = (node: string, process: ProcessKind, world: ProbeWorld): Promise<Proven> =>
  mustBe(`node ${node}, process ${process}`, () => proof(node, process, world));
