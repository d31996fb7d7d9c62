import type { FieldPath } from '../parse/field-path.ts';
import type { Finding } from '../parse/finding.ts';

export type TopologyRule =
  | 'node-names'
  | 'one-primary'
  | 'etcd-size'
  | 'patroni-needs-etcd'
  | 'patroni-needs-replica'
  | 'synchronous-replicas'
  | 'patroni-timing'
  | 'orioledb-version'
  | 'node-has-component'
  | 'replica-like-primary'
  | 'backup-needs-postgres'
  | 'backup-schedule'
  | 'port-collision';

/**
 * What a rule found. The path is relative to the topology, in the model's terms (`['nodes', 1, 'postgres', 'role']`): a
 * dialect maps it to its own document's.
 */
export interface RuleFinding extends Finding {
  readonly rule: TopologyRule;
}

export const broken = (rule: TopologyRule, path: FieldPath, text: string): RuleFinding => ({
  rule,
  code: 'SUITE_INVALID_VALUE',
  path,
  text,
});
