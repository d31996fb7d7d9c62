import type { SecretRef } from '../model/scalars.ts';
import type { Workload } from '../model/workload.ts';
import { placeholdersOf } from './placeholders.ts';
import type { Plan, PlannedNode } from './plan.ts';
import { launchOf } from './plan.ts';

/** Secrets that the load tool's environment names. */
function ofWorkload(workload: Workload): SecretRef[] {
  if (!('environment' in workload)) return [];
  return Object.values(workload.environment).filter((value) => typeof value !== 'string');
}

/** Secrets of the operator that one node of a plan needs: its runner, and nobody else, is told them. */
export const secretRefsOfNode = (plan: Plan, node: PlannedNode): SecretRef[] =>
  secretRefsOf([node], node.purpose === 'load' ? plan.connection : { host: '', port: 1, user: '', database: '' });

/** Secrets of the operator that a plan needs, each once. They stand in environments alone. */
export function secretRefsOf(nodes: readonly PlannedNode[], connection: Plan['connection']): SecretRef[] {
  const secret = 'url' in connection ? connection.url : connection.password;
  const all: SecretRef[] = secret !== undefined && 'secret' in secret ? [secret] : [];
  for (const process of nodes.flatMap(({ processes }) => processes)) {
    if (process.kind === 'load') all.push(...ofWorkload(process.workload));
    for (const value of Object.values(launchOf(process)?.env ?? {}))
      for (const placeholder of placeholdersOf(value)) if (placeholder.kind === 'secret-ref') all.push(placeholder.ref);
  }
  const key = ({ secret, provider }: SecretRef): string => `${provider ?? ''}:${secret}`;
  return [...new Map(all.map((ref) => [key(ref), ref])).values()];
}
