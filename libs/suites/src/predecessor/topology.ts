import type { Topology, TopologyNode } from '../model/database.ts';
import type { Etcd, Monitoring, Pgbouncer } from '../model/components.ts';
import type { PostgresRole, PostgresServer } from '../model/postgres.ts';
import type { FieldPath } from '../parse/field-path.ts';
import { toBackup } from './backup.ts';
import type { OldNode, OldPgSettings, OldTemplate } from './database-shape.ts';
import { DEFAULT_PORTS } from '../rules/ports.ts';
import { toHardware } from './hardware.ts';
import type { Notes } from './note.ts';
import { plannable } from './plannable.ts';
import { toPatroni, toServer, toSettings } from './servers.ts';

interface Place {
  readonly path: FieldPath;
  readonly native: FieldPath;
  readonly note: Notes;
}

const below = ({ path, native, note }: Place, old: FieldPath, now: FieldPath = old): Place => ({
  path: [...path, ...old],
  native: [...native, ...now],
  note,
});

const serverAt = (old: OldPgSettings, { path, native, note }: Place): PostgresServer =>
  toServer(old, path, native, note);

interface Servers {
  /** The cluster's. */
  readonly defaults: PostgresServer;
  readonly primary: PostgresServer;
}

function toPostgres(old: NonNullable<OldNode['postgres']>, { defaults, primary }: Servers, at: Place): PostgresRole {
  const { path, native, note } = below(at, ['postgresqlConf'], ['settings']);
  const settings = toSettings(old.postgresqlConf, path, native, note);
  const place = below(at, ['settings'], ['override']);
  const { version, storageEngine } = primary;
  const likePrimary = `${version} with ${storageEngine} like its primary, whose pages a replica streams`;
  if (old.settings === undefined) {
    if (old.role === 'ROLE_MASTER') return { role: 'primary', settings };
    if (version === defaults.version && storageEngine === defaults.storageEngine) return { role: 'replica', settings };
    note(place.path, place.native, likePrimary);
    return { role: 'replica', override: { version, storageEngine, settings: defaults.settings }, settings };
  }
  const own = serverAt(old.settings, place);
  if (old.settings.patroni?.enabled === true)
    note([...place.path, 'patroni'], place.native, "Patroni of one node is left out: it is the whole cluster's here");
  if (old.role === 'ROLE_MASTER') return { role: 'primary', override: own, settings };
  if (version !== own.version || storageEngine !== own.storageEngine) note(place.path, place.native, likePrimary);
  return { role: 'replica', override: { ...own, version, storageEngine }, settings };
}

const toEtcd = (old: NonNullable<OldNode['etcd']>): Etcd => ({
  clientPort: old.config?.baseClientPort ?? 2379,
  monitor: old.monitor,
});

const POOL_MODES = { SESSION: 'session', TRANSACTION: 'transaction', STATEMENT: 'statement' } as const;

/** What is not said is as PgBouncer itself has it. */
const toPgbouncer = ({ config, monitor }: NonNullable<OldNode['pgbouncer']>): Pgbouncer => ({
  port: config.port,
  poolMode: config.poolMode === undefined ? 'session' : POOL_MODES[config.poolMode],
  poolSize: config.poolSize || 20,
  maxClientConnections: config.maxClientConn || 100,
  monitor,
});

const said = (texts: readonly string[]): string[] => texts.filter((text) => text !== '');

const toMonitoring = ({ nodeExporter, postgresExporter }: NonNullable<OldNode['monitoring']>): Monitoring => ({
  ...(nodeExporter === undefined
    ? {}
    : { nodeExporter: { port: nodeExporter.port, collectors: said(nodeExporter.collectors) } }),
  ...(postgresExporter === undefined
    ? {}
    : {
        postgresExporter: {
          port: postgresExporter.port,
          customQueriesPaths: said(postgresExporter.customQueriesPaths),
        },
      }),
});

/** `load` is the load tool's node here. */
function nameOf(name: string, others: readonly string[], { path, native, note }: Place): string {
  if (name !== 'load') return name;
  let other = 'load-1';
  for (let next = 2; others.includes(other); next += 1) other = `load-${next}`;
  note([...path, 'name'], [...native, 'name'], "was load, which is the load tool's node here");
  return other;
}

/** A node may have had nothing to run but be watched, by nothing: one with an exporter is one that can be made. */
function monitoringOf({ monitoring, ...node }: OldNode, at: Place): Monitoring | undefined {
  if (monitoring === undefined) return undefined;
  const model = toMonitoring(monitoring);
  const { postgres, etcd, pgbouncer, backup } = node;
  const others = [postgres, etcd, pgbouncer, backup, model.nodeExporter, model.postgresExporter];
  if (others.some((one) => one !== undefined)) return model;
  const { path, native, note } = below(at, ['monitoring']);
  note(path, native, 'names no exporter, and the node runs nothing else: a node exporter');
  return { nodeExporter: { port: DEFAULT_PORTS.nodeExporter, collectors: [] } };
}

function toNode(old: OldNode, names: readonly string[], servers: Servers, at: Place): TopologyNode {
  const monitoring = monitoringOf(old, at);
  const backup = below(at, ['backup', 'config'], ['backup']);
  return {
    name: nameOf(old.name, names, at),
    hardware: toHardware(old.hardware),
    ...(old.postgres === undefined ? {} : { postgres: toPostgres(old.postgres, servers, below(at, ['postgres'])) }),
    ...(old.etcd === undefined ? {} : { etcd: toEtcd(old.etcd) }),
    ...(old.pgbouncer === undefined ? {} : { pgbouncer: toPgbouncer(old.pgbouncer) }),
    ...(old.backup === undefined
      ? {}
      : { backup: toBackup(old.backup.config, backup.path, backup.native, backup.note) }),
    ...(monitoring === undefined ? {} : { monitoring }),
  };
}

const silent: Notes = () => undefined;

/** A checked database template → the model. `path` and `native` are where it stands, before and after. */
export function toTopology(template: OldTemplate, path: FieldPath, native: FieldPath, note: Notes): Topology {
  const { postgresInstance: instance, postgresCluster: cluster } = template;
  const kind = instance === undefined ? 'postgresCluster' : 'postgresInstance';
  const defaults = instance?.defaults ?? cluster?.defaults;
  const nodes = instance === undefined ? (cluster?.nodes ?? []) : [instance.node];
  if (defaults === undefined) throw new TypeError('a template without a database came past its check');
  const root: Place = { path: [...path, kind], native, note };
  const server = serverAt(defaults, below(root, ['defaults'], ['postgres']));
  const patroni = toPatroni(
    defaults.patroni,
    [...root.path, 'defaults', 'patroni'],
    [...native, 'postgres', 'patroni'],
    note,
  );
  const master = nodes.find(({ postgres }) => postgres?.role === 'ROLE_MASTER')?.postgres;
  const primary = master?.settings === undefined ? server : toServer(master.settings, [], [], silent);
  const names = nodes.map(({ name }) => name);
  const topology: Topology = {
    postgres: { ...server, ...(patroni === undefined ? {} : { patroni }) },
    nodes: nodes.map((node, index) =>
      toNode(
        node,
        names,
        { defaults: server, primary },
        below(root, instance === undefined ? ['nodes', index] : ['node'], ['nodes', index]),
      ),
    ),
  };
  return plannable(topology, 'docker', { ...root, instance: instance !== undefined });
}
