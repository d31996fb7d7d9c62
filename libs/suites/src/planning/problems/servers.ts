import type { Layout, ServerNode } from '../layout.ts';
import { serversOf } from '../layout.ts';
import { CLUSTER_WIDE_SETTINGS } from '../render/patroni-yaml.ts';
import { asTemplates, sendersFor, slotsFor } from '../render/settings.ts';
import type { TopologyProblem } from './problem.ts';
import { ofNode } from './problem.ts';

/** A physical copy can only be of the same kind. */
function differs(primary: ServerNode, { name, server }: ServerNode): TopologyProblem[] {
  const found: TopologyProblem[] = [];
  const of = primary.server;
  if (server.version !== of.version)
    found.push(
      ofNode(
        name,
        'REPLICA_VERSION_DIFFERS',
        `PostgreSQL ${server.version} cannot stream from ${primary.name}, which is ${of.version}`,
        'replicas have the major version of their primary',
      ),
    );
  if (server.storageEngine !== of.storageEngine)
    found.push(
      ofNode(
        name,
        'REPLICA_ENGINE_DIFFERS',
        `storage engine ${server.storageEngine} cannot stream from ${primary.name}, which has ${of.storageEngine}`,
        'replicas have the storage engine of their primary',
      ),
    );
  return found;
}

/** Settings that a standby may not have smaller than its primary (PostgreSQL, "Hot Standby"), with their defaults. */
const AT_LEAST_PRIMARYS = {
  max_connections: 100,
  max_prepared_transactions: 0,
  max_locks_per_transaction: 64,
  max_worker_processes: 8,
  max_wal_senders: 10,
} as const;

const numberOf = (server: ServerNode, name: string, otherwise: number): number => {
  const value = asTemplates(server.server.settings)[name];
  return value === undefined || value.trim() === '' ? otherwise : Number(value);
};

function smaller(primary: ServerNode, replica: ServerNode): TopologyProblem[] {
  return Object.entries(AT_LEAST_PRIMARYS).flatMap(([name, otherwise]) => {
    const [its, primarys] = [numberOf(replica, name, otherwise), numberOf(primary, name, otherwise)];
    // Not a number: PostgreSQL will say so itself.
    if (!(its < primarys)) return [];
    const message = `${name} is ${its}, and ${primarys} on the primary ${primary.name}: PostgreSQL refuses to start such a standby`;
    const problem = ofNode(replica.name, 'REPLICA_SETTING_TOO_SMALL', message, `set ${name} to ${primarys} or more`);
    return [{ ...problem, setting: name, least: String(primarys) }];
  });
}

function cannotReplicate(layout: Layout): TopologyProblem[] {
  const { primary } = layout;
  const settings = asTemplates(primary.server.settings);
  const found: TopologyProblem[] = [];
  if (settings['wal_level']?.trim().toLowerCase() === 'minimal')
    found.push({
      ...ofNode(
        primary.name,
        'REPLICATION_SETTING',
        'wal_level minimal holds too little for replicas',
        'use replica or logical',
      ),
      setting: 'wal_level',
    });
  const needs = { max_wal_senders: sendersFor(layout), max_replication_slots: slotsFor(layout) };
  for (const [name, least] of Object.entries(needs)) {
    const its = numberOf(primary, name, Math.max(10, least));
    if (its < least)
      found.push({
        ...ofNode(
          primary.name,
          'REPLICATION_SETTING',
          `${name} is ${its}, the topology needs ${least}`,
          `remove ${name}, or set ${least} or more`,
        ),
        setting: name,
        least: String(least),
      });
  }
  return found;
}

/** Settings by which the deployment makes replicas; lower case. */
const REPLICATION_SETTINGS = [
  'primary_conninfo',
  'primary_slot_name',
  'hot_standby',
  'cluster_name',
  'recovery_target_timeline',
];
const PATRONIS = ['synchronous_standby_names', 'wal_log_hints', 'archive_cleanup_command'];

function reserved(layout: Layout, { name, server }: ServerNode): TopologyProblem[] {
  const taken = layout.patroni ? [...REPLICATION_SETTINGS, ...PATRONIS] : REPLICATION_SETTINGS;
  return Object.keys(server.settings)
    .filter((setting) => taken.includes(setting.toLowerCase()))
    .map((setting) => ({
      ...ofNode(
        name,
        'SETTING_RESERVED',
        `${setting} is decided by the deployment of this topology`,
        'remove the setting',
      ),
      setting: setting.toLowerCase(),
    }));
}

function ignoredByPatroni(layout: Layout, { name, server }: ServerNode): TopologyProblem[] {
  const shared = asTemplates(layout.defaults.settings);
  const own = asTemplates(server.settings);
  return CLUSTER_WIDE_SETTINGS.filter((setting) => own[setting] !== shared[setting]).map((setting) => ({
    ...ofNode(
      name,
      'PATRONI_SETTING_IS_CLUSTER_WIDE',
      `${setting} of one node differs from the topology's: Patroni sets it for all members alike`,
      `set ${setting} in the topology's postgres.settings`,
    ),
    setting,
  }));
}

/** What the servers of a topology cannot do together. */
export function serverProblems(layout: Layout): TopologyProblem[] {
  const { primary, replicas, patroni } = layout;
  const alone = replicas.length === 0 && patroni === undefined;
  const found = replicas.flatMap((replica) => differs(primary, replica));
  if (!alone)
    found.push(...serversOf(layout).flatMap((server) => reserved(layout, server)), ...cannotReplicate(layout));
  if (patroni) found.push(...serversOf(layout).flatMap((server) => ignoredByPatroni(layout, server)));
  else found.push(...replicas.flatMap((replica) => smaller(primary, replica)));
  return found;
}
