import { DATABASE, USERS } from '../credentials.ts';
import { postgresImage } from '../images.ts';
import type { Layout, ServerNode } from '../layout.ts';
import { serverUp } from '../milestones.ts';
import type { Command, Launch, PlannedProcess } from '../plan.ts';
import { DEFAULT_PORTS } from '../../rules/ports.ts';
import { hbaLines } from '../render/hba.ts';
import { postgresConf } from '../render/postgres-conf.ts';
import { setupSql } from '../render/setup-sql.ts';
import { isReplica, slotOf } from '../render/settings.ts';

/** The options of every cluster's creation, with or without Patroni. */
export const INITDB = { encoding: 'UTF8', locale: 'C.UTF-8', 'auth-host': 'scram-sha-256' } as const;

const local = (layout: Layout): string => (layout.target === 'local' ? 'reject' : 'scram-sha-256');

function makePrimary(layout: Layout): Command[] {
  const options = Object.entries({ ...INITDB, 'auth-local': local(layout) }).map(
    ([name, value]) => `--${name}=${value}`,
  );
  const args = ['--pgdata=${DATA_DIR}', `--username=${USERS.superuser}`, '--pwfile=${CONFIG_DIR}/pwfile', ...options];
  return [{ program: 'initdb', args }];
}

/** A copy of the primary over its slot; the file makes a standby of it, postgresql.conf says of whom. */
function makeReplica({ primary }: Layout, node: ServerNode): Command[] {
  const from = [`--host=${primary.address}`, `--port=${DEFAULT_PORTS.postgres}`, `--username=${USERS.replication}`];
  const how = [`--slot=${slotOf(node)}`, '--wal-method=stream', '--checkpoint=fast', '--no-password'];
  return [
    { program: 'pg_basebackup', args: ['--pgdata=${DATA_DIR}', ...from, ...how] },
    { program: 'touch', args: ['${DATA_DIR}/standby.signal'] },
  ];
}

function launch(layout: Layout, node: ServerNode): Launch {
  const replica = isReplica(layout, node);
  const sql = replica ? undefined : setupSql(layout);
  const psql = ['--no-psqlrc', '--no-password', '--set=ON_ERROR_STOP=1', `--host=${node.address}`];
  const to = [`--port=${DEFAULT_PORTS.postgres}`, `--username=${USERS.superuser}`, `--dbname=${DATABASE}`];
  return {
    ...(layout.target === 'local' ? {} : { image: postgresImage(node.server) }),
    ports: { postgres: DEFAULT_PORTS.postgres },
    files: [
      { path: 'postgresql.conf', content: postgresConf(layout, node), mode: '0600' },
      { path: 'pg_hba.conf', content: `${hbaLines(layout).join('\n')}\n`, mode: '0600' },
      ...(replica ? [] : [{ path: 'pwfile', content: '${SECRET:superuser}\n', mode: '0600' } as const]),
      ...(sql === undefined ? [] : [{ path: 'setup.sql', content: sql, mode: '0600' } as const]),
    ],
    env: { PGPASSWORD: replica ? '${SECRET:replication}' : '${SECRET:superuser}' },
    prepare: replica ? makeReplica(layout, node) : makePrimary(layout),
    run: { program: 'postgres', args: ['-D', '${DATA_DIR}', '-c', 'config_file=${CONFIG_DIR}/postgresql.conf'] },
    ...(sql === undefined
      ? {}
      : { afterStart: [{ program: 'psql', args: [...psql, ...to, '--file=${CONFIG_DIR}/setup.sql'] }] }),
    // Fast shutdown; SIGTERM would wait for every session to end by itself.
    stopSignal: 'SIGINT',
  };
}

/** A server without Patroni: standalone, a primary, or a replica that streams from it. */
export function postgresProcess(layout: Layout, node: ServerNode): PlannedProcess {
  const replica = isReplica(layout, node);
  return {
    kind: 'postgres',
    role: replica ? 'replica' : 'primary',
    version: node.server.version,
    port: DEFAULT_PORTS.postgres,
    settings: node.server.settings,
    ...(replica ? { startAfter: [serverUp(layout, layout.primary)] } : {}),
    launch: launch(layout, node),
  };
}
