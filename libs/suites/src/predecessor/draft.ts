import type { FieldPath } from '../parse/field-path.ts';
import { valueAt } from '../parse/field-path.ts';
import type { TopologyDraft } from '../rules/topology-draft.ts';
import { draftTopology } from '../rules/topology-draft.ts';
import { toCron } from './schedule.ts';

const at = (value: unknown, ...path: FieldPath): unknown => valueAt(value, path);

/** By name or number, in the model's terms; undefined for anything else. */
const named = (value: unknown, names: Readonly<Record<string, string>>): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? names[String(value)] : undefined;

const ROLES = { ROLE_MASTER: 'primary', 1: 'primary', ROLE_REPLICA: 'replica', 2: 'replica' };
const VERSIONS = { VERSION_18: '18', 1: '18', VERSION_17: '17', 2: '17', VERSION_16: '16', 3: '16' };
const NOT_SAID = { VERSION_UNSPECIFIED: 'that is not said', 0: 'that is not said' };
const ENGINES = { STORAGE_ENGINE_HEAP: 'heap', 1: 'heap', STORAGE_ENGINE_ORIOLEDB: 'orioledb', 2: 'orioledb' };

/** Settings replace the defaults as a whole, so nothing of them is inherited. */
const server = (settings: unknown) => ({
  version: named(at(settings, 'version') ?? 0, { ...VERSIONS, ...NOT_SAID }),
  storageEngine: named(at(settings, 'storageEngine'), ENGINES) ?? 'heap',
});

/** Numbers may be text here; what is no number is none of the rules' business. */
const number = (value: unknown): number | undefined =>
  value === undefined || value === '' || !Number.isInteger(Number(value)) ? undefined : Number(value);

const yes = (value: unknown): boolean => value === true || (typeof value === 'string' && /^(?:y|yes|on)$/i.test(value));

const scheduleOf = (value: unknown): unknown => (typeof value === 'string' ? toCron(value).cron : value);

function node(value: unknown): object {
  const has = (key: string): boolean => at(value, key) !== undefined;
  const settings = at(value, 'postgres', 'settings');
  const asked = ['nodeExporter', 'postgresExporter'].filter((key) => at(value, 'monitoring', key) !== undefined);
  // As the model has it: nothing is watched only where something else runs.
  const exporters =
    asked.length > 0 || ['postgres', 'etcd', 'pgbouncer', 'backup'].some(has) ? asked : ['nodeExporter'];
  return {
    name: at(value, 'name'),
    ...(has('postgres')
      ? {
          postgres: {
            role: named(at(value, 'postgres', 'role'), ROLES),
            ...(settings === undefined ? {} : { override: server(settings) }),
          },
        }
      : {}),
    ...(has('etcd')
      ? {
          etcd: {
            clientPort: number(at(value, 'etcd', 'config', 'baseClientPort')),
            monitor: yes(at(value, 'etcd', 'monitor')),
          },
        }
      : {}),
    ...(has('pgbouncer')
      ? {
          pgbouncer: {
            port: number(at(value, 'pgbouncer', 'config', 'port')),
            monitor: yes(at(value, 'pgbouncer', 'monitor')),
          },
        }
      : {}),
    ...(has('backup') ? { backup: { schedule: scheduleOf(at(value, 'backup', 'config', 'schedule')) } } : {}),
    ...(has('monitoring')
      ? {
          monitoring: Object.fromEntries(
            exporters.map((key) => [key, { port: number(at(value, 'monitoring', key, 'port')) }]),
          ),
        }
      : {}),
  };
}

export const isEnabled = (patroni: unknown): boolean => yes(at(patroni, 'enabled'));

/** What an untrusted template tells, in the terms of the shared rules. */
export function draftOf(defaults: unknown, nodes: readonly unknown[]): TopologyDraft {
  const patroni = at(defaults, 'patroni');
  const wanted = {
    synchronousMode: yes(at(patroni, 'synchronousMode')),
    synchronousNodeCount: number(at(patroni, 'synchronousNodeCount')),
  };
  return draftTopology({
    postgres: { ...server(defaults), ...(isEnabled(patroni) ? { patroni: wanted } : {}) },
    nodes: nodes.map(node),
  });
}
