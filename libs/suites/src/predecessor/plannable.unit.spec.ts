import { describe, expect, it } from 'vitest';
import { topologyOf } from '../model/database.ts';
import { formatPath } from '../parse/field-path.ts';
import { normaliseSuite } from '../parse/parse-suite.ts';
import { changed, oldCluster } from '../testing/predecessor-documents.ts';

const CLUSTER = 'suite.tests[0].databaseTemplate.postgresCluster';
/** Without Patroni. */
const plain = changed(oldCluster, `${CLUSTER}.defaults.patroni`, undefined);

function taken(document: unknown) {
  const parsed = normaliseSuite(document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const [test] = parsed.suite.tests;
  const topology = test && topologyOf(test.database);
  const notes = (parsed.notes ?? []).map(({ path, text }) => `${formatPath(path).replace(`${CLUSTER}.`, '')}: ${text}`);
  return { topology, notes };
}

describe('settings with which servers cannot replicate here', () => {
  it('are left out of the whole cluster, each with one note', () => {
    const conf = { hot_standby: 'on', cluster_name: 'x', wal_level: 'minimal', max_wal_senders: '0', work_mem: '1MB' };
    const { topology, notes } = taken(changed(plain, `${CLUSTER}.defaults.postgresqlConf`, conf));
    expect(topology?.postgres.settings).toEqual({ work_mem: '1MB' });
    expect(notes).toHaveLength(4);
    expect(notes).toContain(
      'defaults.postgresqlConf.hot_standby: hot_standby is left out: benchbus decides it in this topology',
    );
    expect(notes.join('\n')).toMatch(/wal_level is left out: wal_level minimal holds too little for replicas/);
  });

  it('are raised on a standby to what its primary has', () => {
    const { topology, notes } = taken(
      changed(plain, `${CLUSTER}.nodes[0].postgres.postgresqlConf`, { max_connections: '500' }),
    );
    expect(topology?.nodes.map(({ postgres }) => postgres?.settings)).toEqual(
      Array.from({ length: 3 }, () => ({ max_connections: '500' })),
    );
    expect(notes).toContain(
      "nodes[1].postgres.postgresqlConf.max_connections: max_connections is raised to 500: PostgreSQL refuses a standby below its primary's",
    );
  });

  it("of one of Patroni's members alone, or that Patroni decides, are left out", () => {
    const conf = { max_connections: '500', wal_log_hints: 'on', work_mem: '1MB' };
    const { topology, notes } = taken(changed(oldCluster, `${CLUSTER}.nodes[1].postgres.postgresqlConf`, conf));
    expect(topology?.nodes[1]?.postgres?.settings).toEqual({ work_mem: '1MB' });
    expect(notes.map((note) => note.split(':')[0])).toEqual([
      'nodes[1].postgres.postgresqlConf.wal_log_hints',
      'nodes[1].postgres.postgresqlConf.max_connections',
    ]);
  });
});

it('a replica is of the kind of a primary that differs from the defaults', () => {
  const old = changed(plain, `${CLUSTER}.nodes[0].postgres.settings`, { version: 'VERSION_16' });
  const { topology, notes } = taken(old);
  expect(topology?.nodes[2]?.postgres?.override).toEqual({ version: '16', storageEngine: 'heap', settings: {} });
  expect(notes.join('\n')).toContain('16 with heap like its primary');
});

it('a node with monitoring that names nothing gets a node exporter', () => {
  const node = { name: 'idle', hardware: {}, monitoring: {} };
  const { topology, notes } = taken(changed(oldCluster, `${CLUSTER}.nodes[3]`, node));
  expect(topology?.nodes[3]?.monitoring).toEqual({ nodeExporter: { port: 9100, collectors: [] } });
  expect(notes).toEqual(['nodes[3].monitoring: names no exporter, and the node runs nothing else: a node exporter']);
});
