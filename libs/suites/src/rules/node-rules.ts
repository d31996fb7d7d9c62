import { CRON_ALLOWED, isCron } from './cron.ts';
import { broken } from './rule-finding.ts';
import type { RuleFinding } from './rule-finding.ts';
import type { NodeDraft } from './topology-draft.ts';

export const COMPONENTS = ['postgres', 'etcd', 'pgbouncer', 'backup', 'monitoring'] as const;

/** The load tool's node; no node of a topology may have this name. */
export const LOAD_NODE = 'load';

/** `load` is the load tool's node, and the others are told apart by name. */
export function nodeNames(nodes: readonly NodeDraft[]): RuleFinding[] {
  const first = new Map<string, number>();
  return nodes.flatMap(({ name }, index) => {
    if (name === undefined) return [];
    const path = ['nodes', index, 'name'];
    if (name === LOAD_NODE)
      return [broken('node-names', path, "the name load belongs to the load tool's node; allowed is any other")];
    const earlier = first.get(name);
    if (earlier !== undefined)
      return [broken('node-names', path, `the name is that of nodes[${earlier}] too; allowed are unique names`)];
    first.set(name, index);
    return [];
  });
}

/** Monitoring without an exporter runs nothing. */
const runs = (node: NodeDraft, name: (typeof COMPONENTS)[number]): boolean =>
  name === 'monitoring'
    ? node.monitoring?.nodeExporter !== undefined || node.monitoring?.postgresExporter !== undefined
    : node[name] !== undefined;

export const nodeHasComponent = (nodes: readonly NodeDraft[]): RuleFinding[] =>
  nodes.flatMap((node, index) =>
    COMPONENTS.some((name) => runs(node, name))
      ? []
      : [
          broken(
            'node-has-component',
            ['nodes', index],
            `the node has nothing to run; allowed is at least one of ${COMPONENTS.join(', ')} (with an exporter)`,
          ),
        ],
  );

export function backups(nodes: readonly NodeDraft[]): RuleFinding[] {
  const postgres = nodes.some((node) => node.postgres !== undefined);
  return nodes.flatMap(({ backup }, index) => {
    if (backup === undefined) return [];
    const found: RuleFinding[] = [];
    if (!postgres)
      found.push(
        broken(
          'backup-needs-postgres',
          ['nodes', index, 'backup'],
          'there is nothing to back up; allowed is backup where a node has postgres',
        ),
      );
    if (backup.schedule !== undefined && !isCron(backup.schedule))
      found.push(
        broken(
          'backup-schedule',
          ['nodes', index, 'backup', 'schedule'],
          `no cron expression; allowed is ${CRON_ALLOWED}`,
        ),
      );
    return found;
  });
}
