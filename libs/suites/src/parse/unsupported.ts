import type { FieldPath } from './field-path.ts';
import { valueAt } from './field-path.ts';
import type { Finding } from './finding.ts';

/** Something the format knows and this version cannot do yet. */
export interface Unsupported {
  readonly finding: Finding;
  /** Other problems under these paths are consequences of this one. */
  readonly covers: readonly FieldPath[];
}

function later(path: FieldPath, what: string, instead: string, covers: readonly FieldPath[] = []): Unsupported {
  const text = `${what} is part of the format, but not built yet; supported is ${instead}`;
  return { finding: { code: 'SUITE_UNSUPPORTED', path, text }, covers: [path, ...covers] };
}

export const LATER_TOOLS = ['go-tpc', 'sysbench', 'stroppy', 'command'];
const LATER_COMPONENTS = ['etcd', 'pgbouncer', 'backup', 'monitoring'];

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function inNode(value: unknown, path: FieldPath): Unsupported[] {
  const has = (...keys: string[]): boolean => valueAt(value, keys) !== undefined;
  const found = LATER_COMPONENTS.filter((name) => has(name)).map((name) =>
    later([...path, name], name, 'postgres on every node', has('postgres') ? [] : [[...path, 'postgres']]),
  );
  if (valueAt(value, ['postgres', 'role']) === 'replica')
    found.push(later([...path, 'postgres', 'role'], 'a replica', 'a topology of one primary'));
  for (const key of ['settings', 'postgresqlConf'])
    if (has('postgres', key))
      found.push(
        later(
          [...path, 'postgres', key],
          `${key} of one node`,
          'settings of the whole topology, in topology.postgres.settings',
        ),
      );
  return found;
}

function inTest(value: unknown, path: FieldPath): Unsupported[] {
  const at = (...keys: string[]): unknown => valueAt(value, keys);
  const found: Unsupported[] = [];
  if (at('database', 'connection') !== undefined) {
    const missing = at('database', 'topology') === undefined ? [[...path, 'database', 'topology']] : [];
    found.push(later([...path, 'database', 'connection'], 'database.connection', 'database.topology', missing));
  }
  const postgres = ['database', 'topology', 'postgres'];
  const patroni = at(...postgres, 'patroni');
  const wanted = typeof patroni === 'object' && patroni !== null && Object.keys(patroni).length > 0;
  if (wanted && valueAt(patroni, ['enabled']) !== false)
    found.push(later([...path, ...postgres, 'patroni'], 'patroni', 'a standalone server (patroni: {})'));
  if (at(...postgres, 'storageEngine') === 'orioledb')
    found.push(later([...path, ...postgres, 'storageEngine'], 'storageEngine orioledb', 'heap'));
  for (const [index, node] of list(at('database', 'topology', 'nodes')).entries())
    found.push(...inNode(node, [...path, 'database', 'topology', 'nodes', index]));
  const tool = at('workload', 'tool');
  if (typeof tool === 'string' && LATER_TOOLS.includes(tool))
    found.push(later([...path, 'workload', 'tool'], `workload.tool ${tool}`, 'pgbench', [[...path, 'workload']]));
  const times = at('repeat', 'times');
  if (at('repeat', 'reset') === 'none' && typeof times === 'number' && times > 1)
    found.push(later([...path, 'repeat', 'reset'], 'repeating without a reset', 'reset: data or reset: server'));
  return found;
}

/** Everything in an untrusted document that is valid in the format and not built yet. */
export const unsupported = (value: unknown): Unsupported[] =>
  list(valueAt(value, ['tests'])).flatMap((test, index) => inTest(test, ['tests', index]));
