import type { Plan, PlannedNode, PlannedProcess, ProcessKind } from '@benchbus/suites';
import { launchOf } from '@benchbus/suites';
import type { TestPlan } from '../domain/example-plan.ts';
import { groupPlans } from '../domain/plan-overview.ts';

/** Mermaid's own escapes: any character as `#<code>;`, in quotes. */
const quoted = (text: string): string =>
  `"${text.replaceAll(/[^\p{L}\p{N} ,.:/()[\]_+-]/gu, (char) => `#${char.codePointAt(0) ?? 63};`)}"`;

/** What a diagram is drawn of: no settings, no hardware, so that a sweep over them is one picture. */
type Edge = readonly [from: string, arrow: string, to: string];

const isServer = (process: PlannedProcess): process is Extract<PlannedProcess, { kind: 'postgres' | 'patroni' }> =>
  process.kind === 'postgres' || process.kind === 'patroni';

interface Places {
  readonly id: (node: string, kind: ProcessKind) => string;
  readonly all: readonly { readonly node: PlannedNode; readonly process: PlannedProcess }[];
}

function labelOf(process: PlannedProcess): string {
  if (process.kind === 'load') return process.workload.tool;
  const ports = Object.values(launchOf(process)?.ports ?? {});
  const port = ports[0] === undefined ? '' : ` :${ports[0]}`;
  if (!isServer(process)) return `${process.kind}${port}`;
  return `${process.kind === 'patroni' ? 'patroni and postgres' : 'postgres'}, ${process.role}${port}`;
}

function edgesOf({ connection, nodes }: Plan, { id, all }: Places): Edge[] {
  const ids = (kind: ProcessKind): string[] =>
    all.filter(({ process }) => process.kind === kind).map(({ node }) => id(node.name, kind));
  const servers = all.flatMap(({ node, process }) =>
    isServer(process)
      ? [{ id: id(node.name, process.kind), role: process.role, patroni: process.kind === 'patroni' }]
      : [],
  );
  const primary = servers.find(({ role }) => role === 'primary');
  const [load] = ids('load');
  if (primary === undefined) return load === undefined ? [] : [[load, '-->', 'external']];
  const pools = nodes
    .filter(({ address }) => 'host' in connection && address === connection.host)
    .map(({ name }) => id(name, 'pgbouncer'));
  const entry = ids('pgbouncer').find((pool) => pools.includes(pool)) ?? primary.id;
  const [etcd = '', ...peers] = ids('etcd');
  return [
    ...(load === undefined ? [] : ([[load, '-->', entry]] satisfies Edge[])),
    ...ids('pgbouncer').map((pool): Edge => [pool, primary.patroni ? '-->|follows the leader|' : '-->', primary.id]),
    ...servers.filter((server) => server !== primary).map((replica): Edge => [primary.id, '-->|streams|', replica.id]),
    ...peers.map((peer): Edge => [etcd, '---', peer]),
    ...(etcd === ''
      ? []
      : servers.filter(({ patroni }) => patroni).map((server): Edge => [server.id, '-.->|leader key|', etcd])),
    ...ids('backup').map((backup): Edge => [primary.id, '-.->|is backed up|', backup]),
    ...all.flatMap(({ node, process }): Edge[] =>
      process.kind.endsWith('-exporter')
        ? (process.startAfter ?? []).map((watched) => [
            id(node.name, process.kind),
            '-.->',
            id(watched.node, watched.process),
          ])
        : [],
    ),
  ];
}

function topologyLines(plan: Plan, prefix: string): string[] {
  const index = new Map(plan.nodes.map(({ name }, at) => [name, at]));
  const id = (node: string, kind: ProcessKind): string => `${prefix}n${index.get(node)}_${kind.replaceAll('-', '_')}`;
  const all = plan.nodes.flatMap((node) => node.processes.map((process) => ({ node, process })));
  const boxes = plan.nodes.flatMap((node) => [
    `subgraph ${prefix}n${index.get(node.name)}[${quoted(`${node.name} ${node.address}`)}]`,
    ...node.processes.map((process) => `  ${id(node.name, process.kind)}[${quoted(labelOf(process))}]`),
    'end',
  ]);
  const { connection } = plan;
  const where = 'url' in connection ? `the secret ${connection.url.secret}` : `${connection.host}:${connection.port}`;
  const external = plan.nodes.some(({ purpose }) => purpose === 'database')
    ? []
    : [`${prefix}external[(${quoted(where)})]`];
  const edges = edgesOf(plan, { id, all }).map(
    ([from, arrow, to]) => `${from} ${arrow} ${to === 'external' ? `${prefix}external` : to}`,
  );
  return [...boxes, ...external, ...edges];
}

/** A Mermaid flowchart of every topology, each picture once: who connects to whom. */
export function planDiagram(plans: readonly TestPlan[]): string {
  const groups = groupPlans(plans, (plan) => topologyLines(plan, '').join('\n'));
  const [only] = groups;
  const lines =
    groups.length === 1 && only
      ? topologyLines(only.plan, '')
      : groups.flatMap(({ plan, tests }, at) => {
          const [first] = tests;
          const more = tests.length > 1 ? ` and ${tests.length - 1} more` : '';
          const title = quoted(`${first?.test ?? ''}${more}`);
          return [`subgraph t${at}[${title}]`, ...topologyLines(plan, `t${at}_`).map((line) => `  ${line}`), 'end'];
        });
  return ['flowchart LR', ...lines.map((line) => `  ${line}`)].join('\n');
}
