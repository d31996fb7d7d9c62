import type { FieldPath } from '../parse/field-path.ts';
import { valueAt } from '../parse/field-path.ts';
import type { Finding } from '../parse/finding.ts';
import type { RuleFinding, TopologyRule } from '../rules/rule-finding.ts';
import { topologyFindings } from '../rules/topology-rules.ts';
import { draftOf, isEnabled } from './draft.ts';

const wrong = (path: FieldPath, text: string): Finding => ({ code: 'SUITE_INVALID_VALUE', path, text });
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Keys of the model → keys of a predecessor's node. */
const KEYS: Readonly<Record<string, FieldPath>> = {
  'postgres.override': ['postgres', 'settings'],
  'etcd.clientPort': ['etcd', 'config', 'baseClientPort'],
  'pgbouncer.port': ['pgbouncer', 'config', 'port'],
  'backup.schedule': ['backup', 'config', 'schedule'],
};

function inNode(rest: FieldPath): FieldPath {
  const mapped = KEYS[rest.slice(0, 2).join('.')];
  return mapped === undefined ? rest : [...mapped, ...rest.slice(2)];
}

/** Not this dialect's: a replica may say another version (it gets its primary's), since such files were valid. */
const OTHER: readonly TopologyRule[] = ['replica-like-primary'];

/** What is about a cluster has its own words for an instance. */
const OF_CLUSTERS: readonly TopologyRule[] = [
  'one-primary',
  'etcd-size',
  'patroni-needs-etcd',
  'patroni-needs-replica',
];

/** Findings of the shared rules, in this dialect's words and places; `nodes` is where its nodes stand. */
const translated = (found: readonly RuleFinding[], root: FieldPath, nodes: FieldPath): Finding[] =>
  found
    // A node may be called so here: it is renamed.
    .filter(({ rule, text }) => !OTHER.includes(rule) && !text.startsWith('the name load'))
    .map(({ code, path, text }) => {
      const [first, index, ...rest] = path;
      const inNodes = [...nodes, ...(index === undefined || nodes.at(-1) === 'node' ? [] : [index]), ...inNode(rest)];
      return {
        code,
        path: first === 'postgres' ? [...root, 'defaults', ...path.slice(1)] : inNodes,
        text: text.replace('primaries', 'masters').replace('role primary', 'role ROLE_MASTER'),
      };
    });

function instanceRules(instance: unknown, root: FieldPath): Finding[] {
  const defaults = valueAt(instance, ['defaults']);
  const node = valueAt(instance, ['node']);
  if (node === undefined) return [];
  const draft = draftOf(defaults, [node]);
  const [only] = draft.nodes;
  const at = (...path: string[]): FieldPath => [...root, ...path];
  const found: Finding[] = [];
  if (isEnabled(valueAt(defaults, ['patroni'])))
    found.push(
      wrong(at('defaults', 'patroni', 'enabled'), 'Patroni on an instance; allowed is it in a postgresCluster'),
    );
  if (only?.postgres === undefined)
    found.push(wrong(at('node', 'postgres'), 'is missing; allowed is postgres with role ROLE_MASTER'));
  if (only?.postgres?.role === 'replica')
    found.push(wrong(at('node', 'postgres', 'role'), 'a replica without its master; allowed is ROLE_MASTER'));
  if (only?.etcd !== undefined)
    found.push(wrong(at('node', 'etcd'), 'etcd on an instance; allowed is it in a postgresCluster'));
  const rest = topologyFindings(draft).filter(({ rule }) => !OF_CLUSTERS.includes(rule));
  return [...found, ...translated(rest, root, at('node'))];
}

function clusterRules(cluster: unknown, root: FieldPath): Finding[] {
  const nodes = list(valueAt(cluster, ['nodes']));
  const draft = draftOf(valueAt(cluster, ['defaults']), nodes);
  const found = translated(topologyFindings(draft), root, [...root, 'nodes']);
  const roles = draft.nodes.flatMap(({ postgres }) => (postgres === undefined ? [] : [postgres.role]));
  // An unclear role may be one.
  if (nodes.length > 0 && !roles.includes('replica') && !roles.includes(undefined))
    found.push(
      wrong([...root, 'nodes'], 'no node is a replica; allowed is at least one with postgres.role ROLE_REPLICA'),
    );
  return found;
}

function backupRules(nodes: readonly (readonly [FieldPath, unknown])[]): Finding[] {
  return nodes.flatMap(([path, node]) => {
    const config = valueAt(node, ['backup', 'config']);
    if (typeof config !== 'object' || config === null) return [];
    const storages = ['s3', 'local'].filter((key) => Object.hasOwn(config, key)).length;
    if (storages === 1) return [];
    const text = storages === 0 ? 'has no storage' : 'has two storages';
    return [wrong([...path, 'backup', 'config'], `${text}; allowed is exactly one of s3 and local`)];
  });
}

/** What the shape of a database template alone cannot say; reads the untrusted document, like all rules. */
export function templateRules(template: unknown, root: FieldPath): Finding[] {
  if (typeof template !== 'object' || template === null) return [];
  const kinds = ['postgresInstance', 'postgresCluster'].filter((key) => Object.hasOwn(template, key));
  const found: Finding[] = [];
  if (kinds.length !== 1) {
    const text = kinds.length === 0 ? 'has no database' : 'has two databases';
    found.push(wrong(root, `${text}; allowed is exactly one of postgresInstance and postgresCluster`));
  }
  const at = (...path: FieldPath): FieldPath => [...root, ...path];
  const instance = valueAt(template, ['postgresInstance']);
  const cluster = valueAt(template, ['postgresCluster']);
  if (instance !== undefined) found.push(...instanceRules(instance, at('postgresInstance')));
  if (cluster !== undefined) found.push(...clusterRules(cluster, at('postgresCluster')));
  const inCluster = list(valueAt(cluster, ['nodes'])).map(
    (node, index) => [at('postgresCluster', 'nodes', index), node] as const,
  );
  return [...found, ...backupRules([[at('postgresInstance', 'node'), valueAt(instance, ['node'])], ...inCluster])];
}
