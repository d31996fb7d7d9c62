import { contains } from '../../network/cidr.ts';
import type { Layout } from '../layout.ts';
import { serversOf } from '../layout.ts';

const LOOPBACK = '127.0.0.0/8';

/**
 * Lines of pg_hba.conf: by password only, from the run's block and this machine. On `local` every connection comes from
 * 127.0.0.1, whatever address its node has; in a pod, tools connect over loopback too, and replicas rejoin over it.
 */
export function hbaLines(layout: Layout): string[] {
  const blocks = contains(LOOPBACK, layout.cidr) ? [LOOPBACK] : [LOOPBACK, layout.cidr];
  const replicated = serversOf(layout).length > 1 || layout.patroni !== undefined;
  const databases = replicated || layout.nodes.some(({ node }) => node.backup) ? ['all', 'replication'] : ['all'];
  const overNetwork = blocks.flatMap((block) => databases.map((name) => `host ${name} all ${block} scram-sha-256`));
  return layout.target === 'local' ? overNetwork : ['local all all scram-sha-256', ...overNetwork];
}
