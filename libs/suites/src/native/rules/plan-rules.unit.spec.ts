import { describe, expect, it } from 'vitest';
import { parseSuite } from '../../parse/parse-suite.ts';

const suite = (nodes: string, postgres = '{}', more = '') => `apiVersion: benchbus.io/v1
kind: Suite
name: s
tests:
  - name: t
    workload: { tool: pgbench }
${more}    database:
      topology:
        postgres: ${postgres}
        nodes:
${nodes}`;
const node = (name: string, role: string, settings = '{}', more = '') =>
  `          - { name: ${name}, ${more}postgres: { role: ${role}, settings: ${settings} } }\n`;

const problemsOf = (text: string): string[] => {
  const parsed = parseSuite(text, { file: 's.yaml' });
  return parsed.ok
    ? []
    : parsed.problems.map(({ code, where, message }) => `${code} ${where} ${message.split(' ')[0]}`);
};
const NODES = 'tests[0].database.topology.nodes';

describe('what can never be planned is refused where it stands', () => {
  it.each<[string, string, string[]]>([
    [
      'a setting that the deployment decides, once though it is on every server',
      suite(node('a', 'primary') + node('b', 'replica'), '{ settings: { hot_standby: "on" } }'),
      ['SUITE_INVALID_VALUE tests[0].database.topology.postgres.settings.hot_standby s.yaml:9:33:'],
    ],
    [
      'a standby smaller than its primary',
      suite(node('a', 'primary', '{ max_connections: 500 }') + node('b', 'replica', '{ Max_Connections: 50 }')),
      [`SUITE_INVALID_VALUE ${NODES}[1].postgres.settings.Max_Connections s.yaml:12:63:`],
    ],
    [
      'a standby that says nothing',
      suite(node('a', 'primary', '{ max_connections: 500 }') + node('b', 'replica')),
      [`SUITE_INVALID_VALUE ${NODES}[1].postgres s.yaml:12:24:`],
    ],
    [
      'a log too short for replicas',
      suite(node('a', 'primary', '{ wal_level: minimal }') + node('b', 'replica')),
      [`SUITE_INVALID_VALUE ${NODES}[0].postgres.settings.wal_level s.yaml:11:63:`],
    ],
    [
      "one of Patroni's members that differs",
      suite(
        node('a', 'primary', '{}', 'etcd: {}, ') + node('b', 'replica', '{ max_connections: 500 }'),
        '{ patroni: { enabled: true } }',
      ),
      [`SUITE_INVALID_VALUE ${NODES}[1].postgres.settings.max_connections s.yaml:12:63:`],
    ],
    [
      'monitoring of nothing',
      suite(`${node('a', 'primary')}          - { name: m, monitoring: {} }\n`),
      [`SUITE_INVALID_VALUE ${NODES}[1] s.yaml:12:13:`],
    ],
    [
      'a value that an axis puts there',
      suite(
        node('a', 'primary', '{ max_connections: 100 }') + node('b', 'replica'),
        '{}',
        `    matrix: { axes: { c: { path: 'database.topology.nodes[0].postgres.settings.max_connections', values: [100, 200] } } }\n`,
      ),
      [`SUITE_INVALID_VALUE ${NODES}[1].postgres s.yaml:13:24:`],
    ],
  ])('%s', (_what, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  it.each([
    ['a standalone server that names itself', suite(node('a', 'primary', '{ cluster_name: mine }'))],
    [
      'servers that agree',
      suite(node('a', 'primary') + node('b', 'replica'), '{ settings: { max_connections: 500, wal_level: logical } }'),
    ],
    [
      'a node that is watched',
      suite(`${node('a', 'primary')}          - { name: m, monitoring: { nodeExporter: {} } }\n`),
    ],
  ])('but not %s', (_what, text) => {
    expect(problemsOf(text)).toEqual([]);
  });
});
