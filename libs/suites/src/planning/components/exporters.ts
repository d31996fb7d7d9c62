import { DATABASE, USERS } from '../credentials.ts';
import { IMAGES } from '../images.ts';
import type { Layout, LayoutNode } from '../layout.ts';
import { pgbouncerUp, serverUp } from '../milestones.ts';
import { escapeTemplate } from '../placeholders.ts';
import type { Launch, PlannedProcess } from '../plan.ts';
import { DEFAULT_PORTS } from '../../rules/ports.ts';
import { shellWord } from '../render/quote.ts';

const base = (
  layout: Layout,
  image: string,
  port: number,
  name: string,
): Pick<Launch, 'image' | 'ports' | 'files' | 'stopSignal'> => ({
  ...(layout.target === 'local' ? {} : { image }),
  ports: { [name]: port },
  files: [],
  stopSignal: 'SIGTERM',
});

const listen = (address: string, port: number): string => `--web.listen-address=${address}:${port}`;

/** Asked for by `monitoring.nodeExporter`, whose port and collectors count, or by `etcd.monitor`. */
export function nodeExporter(layout: Layout, { address, node }: LayoutNode): PlannedProcess | undefined {
  const asked =
    node.monitoring?.nodeExporter ??
    (node.etcd?.monitor ? { port: DEFAULT_PORTS.nodeExporter, collectors: [] } : undefined);
  if (asked === undefined) return undefined;
  const collectors = asked.collectors.map((name) => `--collector.${escapeTemplate(name)}`);
  const only = collectors.length === 0 ? [] : ['--collector.disable-defaults', ...collectors];
  return {
    kind: 'node-exporter',
    launch: {
      ...base(layout, IMAGES.nodeExporter, asked.port, 'metrics'),
      env: {},
      run: { program: 'node_exporter', args: [listen(address, asked.port), ...only] },
    },
  };
}

/** The exporter reads one file of queries: several are joined (each is a YAML map of queries by name). */
function queries(paths: readonly string[]): { prepare?: Launch['prepare']; args: string[] } {
  const [first, ...more] = paths;
  if (first === undefined) return { args: [] };
  if (more.length === 0) return { args: [`--extend.query-path=${escapeTemplate(first)}`] };
  const script = `cat ${paths.map(shellWord).join(' ')} >'\${RUN_DIR}/queries.yaml'`;
  return { prepare: [{ program: 'sh', args: ['-c', script] }], args: ['--extend.query-path=${RUN_DIR}/queries.yaml'] };
}

/** Of the node's own server, or of the primary where it has none. */
export function postgresExporter(layout: Layout, { name, address, node }: LayoutNode): PlannedProcess | undefined {
  const asked = node.monitoring?.postgresExporter;
  if (asked === undefined) return undefined;
  const server = [layout.primary, ...layout.replicas].find((one) => one.name === name) ?? layout.primary;
  const { args, ...prepare } = queries(asked.customQueriesPaths);
  return {
    kind: 'postgres-exporter',
    startAfter: [serverUp(layout, server)],
    launch: {
      ...base(layout, IMAGES.postgresExporter, asked.port, 'metrics'),
      env: {
        DATA_SOURCE_URI: `${server.address}:${DEFAULT_PORTS.postgres}/${DATABASE}?sslmode=disable`,
        DATA_SOURCE_USER: USERS.superuser,
        DATA_SOURCE_PASS: '${SECRET:superuser}',
      },
      ...prepare,
      run: { program: 'postgres_exporter', args: [listen(address, asked.port), ...args] },
    },
  };
}

/** Asked for by `pgbouncer.monitor`. */
export function pgbouncerExporter(layout: Layout, of: LayoutNode): PlannedProcess | undefined {
  const { address, node } = of;
  if (!node.pgbouncer?.monitor) return undefined;
  const { port } = node.pgbouncer;
  const url = `postgres://${USERS['pgbouncer-admin']}:\${SECRET:pgbouncer-admin}@${address}:${port}/pgbouncer?sslmode=disable`;
  return {
    kind: 'pgbouncer-exporter',
    startAfter: [pgbouncerUp(of)],
    launch: {
      ...base(layout, IMAGES.pgbouncerExporter, DEFAULT_PORTS.pgbouncerExporter, 'metrics'),
      env: { PGBOUNCER_EXPORTER_CONNECTION_STRING: url },
      run: { program: 'pgbouncer_exporter', args: [listen(address, DEFAULT_PORTS.pgbouncerExporter)] },
    },
  };
}
