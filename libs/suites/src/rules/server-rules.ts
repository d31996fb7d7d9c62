import { echo } from '../parse/echo.ts';
import { broken } from './rule-finding.ts';
import type { RuleFinding } from './rule-finding.ts';
import type { NodeDraft, TopologyDraft } from './topology-draft.ts';

type Server = { readonly version?: string | undefined; readonly storageEngine?: string | undefined };

const ORIOLEDB_VERSIONS = ['16', '17'];

const orioleWrong = ({ version, storageEngine }: Server): boolean =>
  storageEngine === 'orioledb' && version !== undefined && !ORIOLEDB_VERSIONS.includes(version);

/** What a node's override leaves out is the topology's. */
const serverOf = (topology: Server, node: NodeDraft): Server => ({
  version: node.postgres?.override?.version ?? topology.version,
  storageEngine: node.postgres?.override?.storageEngine ?? topology.storageEngine,
});

/** OrioleDB is built for two major versions only: of the topology, and of each node that differs. */
export function orioledbVersions({ postgres, nodes }: TopologyDraft): RuleFinding[] {
  const text = (version = ''): string =>
    `orioledb on version ${echo(version)}; allowed is orioledb on the versions ${ORIOLEDB_VERSIONS.join(' and ')} only`;
  const topology = postgres ?? {};
  const found = orioleWrong(topology)
    ? [broken('orioledb-version', ['postgres', 'storageEngine'], text(topology.version))]
    : [];
  for (const [index, node] of nodes.entries()) {
    const override = node.postgres?.override;
    if (override === undefined) continue;
    const server = serverOf(topology, node);
    const key = override.storageEngine === undefined ? 'version' : 'storageEngine';
    const path = ['nodes', index, 'postgres', 'override', key];
    if (orioleWrong(server)) found.push(broken('orioledb-version', path, text(server.version)));
  }
  return found;
}

/** A replica streams the primary's pages: it must be the same major version, with the same storage engine. */
export function replicasLikePrimary({ postgres, nodes }: TopologyDraft): RuleFinding[] {
  const primary = nodes.find((node) => node.postgres?.role === 'primary');
  if (primary === undefined) return [];
  const wanted = serverOf(postgres ?? {}, primary);
  const differs = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && b !== undefined && a !== b;
  return nodes.flatMap((node, index) => {
    if (node.postgres?.role !== 'replica') return [];
    const own = serverOf(postgres ?? {}, node);
    return (['version', 'storageEngine'] as const)
      .filter((key) => differs(own[key], wanted[key]))
      .map((key) => {
        const overrides = node.postgres?.override?.[key] !== undefined;
        const path = ['nodes', index, 'postgres', ...(overrides ? ['override', key] : ['role'])];
        const text = `a replica with ${key} ${echo(own[key] ?? '')} of a primary with ${echo(wanted[key] ?? '')}; allowed is the primary's`;
        return broken('replica-like-primary', path, text);
      });
  });
}
