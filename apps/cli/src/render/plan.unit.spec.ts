import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Suite, Test, TopologyNode } from '@benchbus/suites';
import { exampleRunSettings, exampleSuite, exampleTest } from '@benchbus/suites/testing';
import { examplePlans, withoutLoad } from '../domain/example-plan.ts';
import { plannedTime } from '../domain/plan-overview.ts';
import { suiteTimeMs } from '../domain/typical-time.ts';
import { planDiagram } from './plan-diagram.ts';
import { planFiles } from './plan-files.ts';
import { planText, templateText } from './plan-text.ts';
import { plain } from './style.ts';
import { warningLines } from './warning-text.ts';

const hardware = { cores: 1, memoryBytes: 1e9, diskBytes: 5e9 };
const patroni = {
  ttlMs: 20_000,
  loopWaitMs: 2_000,
  retryTimeoutMs: 5_000,
  maximumLagOnFailoverBytes: 1,
  synchronousMode: false,
  synchronousNodeCount: 1,
};
const etcd = { clientPort: 2379, monitor: true };
const pgbouncer = { port: 6432, poolMode: 'session' as const, poolSize: 5, maxClientConnections: 50, monitor: true };
const pg = (name: string, role: 'primary' | 'replica', more: Partial<TopologyNode> = {}): TopologyNode => ({
  name,
  hardware,
  postgres: { role, settings: {} },
  ...more,
});
const backup = { tool: 'pg_dump' as const, schedule: '0 3 * * *', destination: { path: '/backups' } };
const cluster = exampleTest({
  name: 'cluster',
  hardware,
  postgres: { version: '17', patroni },
  nodes: [
    pg('pg-a', 'primary', { etcd, backup }),
    pg('pg-b', 'replica', { etcd }),
    { name: 'etcd-c', hardware, etcd },
    { name: 'pool', hardware, pgbouncer },
  ],
});
const sweep = [1, 8].flatMap((clients) =>
  ['64MB', '1GB'].map((buffers) =>
    exampleTest({
      name: `sweep [${clients}, ${buffers}]`,
      labels: { clients: String(clients), buffers },
      postgres: { settings: { shared_buffers: buffers } },
      workload: { clients },
    }),
  ),
);
const external: Test = {
  ...exampleTest({ name: 'there "already" <b>#1</b>; end' }),
  database: { connection: { host: '2001:db8::1', port: 6432, user: 'u', database: 'd', parameters: {} } },
};
const suiteOf = (tests: Test[], more: Partial<Suite> = {}): Suite =>
  exampleSuite({ settings: exampleRunSettings({ target: 'docker' }), tests, ...more });
const plansOf = (suite: Suite) => examplePlans(suite).plans;
const text = (suite: Suite): string => planText(suite, plansOf(suite), plain);

describe('the tree', () => {
  it('has nodes, processes with version, ports, image and files, the start order and the connection', () => {
    const lines = text(suiteOf([cluster])).split('\n');
    expect(lines).toContain('├─ pg-a (database)  10.2.0.4  1 core, 1GB memory, 5GB disk');
    expect(lines).toContain('│  ├─ patroni primary, version 17, 10.2.0.4:5432, rest 8008');
    expect(lines).toContain('│  │  ├─ image benchbus/patroni:17');
    expect(lines).toContain('│  │  └─ files patroni.yml, follow-leader.sh, pgpass');
    expect(lines).toContain('│  ├─ backup by pg_dump, 0 3 * * * UTC, kept for ever');
    expect(lines).toContain('the load tool connects to 10.2.0.7:6432 as postgres, database postgres (sslmode=disable)');
    const order = lines.slice(lines.indexOf('start order:') + 1).filter((line) => /^ {2}\d+\. /.test(line));
    expect(order.map((line) => line.split('. ')[1]?.split(' on ')[0])).toEqual([
      'etcd',
      'patroni',
      'patroni',
      'backup', // and, of the same wave, pgbouncer
      'pgbouncer-exporter',
      'load',
    ]);
  });

  it('shows identical topologies of a sweep once, and how many tests each value has', () => {
    const shown = text(suiteOf(sweep));
    expect(shown.match(/^├─ pg /gm)).toHaveLength(2);
    expect(shown).toContain(
      '4 combinations of\n  clients: 1 (2 tests), 8 (2 tests)\n  buffers: 64MB (2 tests), 1GB (2 tests)',
    );
    expect(shown.split('\n').at(-1)).toBe('total: 4 tests, 4 runs, 2 topologies');
  });

  it('shows the load node alone where the database exists', () => {
    expect(text(suiteOf([external]))).toContain('the load tool connects to [2001:db8::1]:6432 as u, database d');
  });
});

it('a template is its topology alone: no load node, no time', () => {
  const suite = suiteOf([cluster]);
  const plans = plansOf(suite).map(withoutLoad);
  const shown = templateText(suite, plans, plain);
  expect(shown).toContain('pg-a (database)');
  expect(shown).not.toMatch(/load \(load\)|about/);
  expect(planDiagram(plans)).not.toContain('load');
});

describe('the time', () => {
  it('counts every run, with as many at once as the suite says', () => {
    const three = suiteOf([exampleTest({ repeat: { times: 3, reset: 'data' } })], { parallelism: 2 });
    const [one] = plansOf(three);
    const each = one?.time.totalMs ?? 0;
    expect(each).toBeGreaterThan(one?.time.measureMs ?? 0);
    expect(plannedTime(three, plansOf(three))).toEqual({ oneByOneMs: 3 * each, totalMs: 2 * each, atOnce: 2 });
    expect(text(three)).toMatch(/with 2 at once, given 2 free hosts/);
  });

  it('fills lanes in order', () => {
    expect(suiteTimeMs([5, 1, 1, 1], 2)).toBe(5);
    expect(suiteTimeMs([1, 1, 5], 9)).toBe(5);
    expect(suiteTimeMs([], 3)).toBe(0);
  });
});

it('what cannot be executed is one line, for all tests that ask for the same', () => {
  const settings = exampleRunSettings();
  const oriole = exampleTest({ postgres: { version: '17', storageEngine: 'orioledb' } });
  const suite = suiteOf([oriole, { ...oriole, name: 'again' }], { settings });
  const [line, hint, ...more] = warningLines(plansOf(suite), 'local', plain);
  expect(line).toMatch(/^warning: test .+ and 1 more: .*orioledb.* cannot be executed .* on local \[TARGET_CANNOT\]$/);
  expect([hint, more]).toEqual([expect.stringContaining('the runs would fail'), []]);
  expect(warningLines(plansOf(suiteOf([exampleTest()], { settings })), 'local', plain)).toEqual([]);

  const elsewhere = suiteOf([cluster], { settings: { ...settings, target: 'yandex' } });
  expect(warningLines(plansOf(elsewhere), 'yandex', plain)[0]).toMatch(
    /: PgBouncer that follows .* cannot be executed/,
  );
});

it('the files are those of every process, with placeholders', () => {
  const files = planFiles(plansOf(suiteOf([cluster])));
  expect(files).toContain('==> pg-a/patroni/patroni.yml (0600) <==');
  expect(files).toContain('password: "${SECRET:superuser}"');
  expect(files).toContain('==> pool/pgbouncer/userlist.txt (0600) <==');
  expect(planFiles(plansOf(suiteOf([external])))).toBe('no files are generated');
});

describe('the diagram', () => {
  let parse: (text: string) => Promise<unknown>;
  beforeAll(async () => {
    // Mermaid cleans labels by the DOM, even where it only parses.
    const { window } = parseHTML('<html><body></body></html>');
    Object.assign(globalThis, { window, document: window.document, Element: window.Element });
    const { default: mermaid } = await import('mermaid');
    parse = (diagram) => mermaid.parse(diagram);
  }, 60_000);

  it.each<[string, Test[]]>([
    ['a standalone server', [exampleTest()]],
    ['a cluster with everything', [cluster]],
    ['an external database, and a name that could break it', [external]],
    ['several topologies', [cluster, external, ...sweep]],
  ])('of %s is valid Mermaid', async (_what, tests) => {
    const diagram = planDiagram(plansOf(suiteOf(tests)));
    await expect(parse(diagram)).resolves.toMatchObject({ diagramType: 'flowchart-v2' });
    await expect(parse(`${diagram}\n  a[[[ --> b`)).rejects.toThrow(/Parse error/);
  });

  it('leads from load by PgBouncer to the primary and on to the replicas, and shows who holds the leader key', () => {
    const lines = planDiagram(plansOf(suiteOf([cluster])))
      .split('\n')
      .map((line) => line.trim());
    for (const edge of [
      'n4_load --> n3_pgbouncer',
      'n3_pgbouncer -->|follows the leader| n0_patroni',
      'n0_patroni -->|streams| n1_patroni',
      'n1_patroni -.->|leader key| n0_etcd',
      'n0_etcd --- n2_etcd',
      'n0_patroni -.->|is backed up| n0_backup',
      'n3_pgbouncer_exporter -.-> n3_pgbouncer',
    ])
      expect(lines).toContain(edge);
  });

  it('is one picture for a sweep over settings', () => {
    expect(planDiagram(plansOf(suiteOf(sweep)))).not.toContain('t0_');
  });
});
