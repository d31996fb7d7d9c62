import type { Topology } from '../../model/database.ts';
import { topologyOf } from '../../model/database.ts';
import type { Suite } from '../../model/suite.ts';
import type { FieldPath } from '../../parse/field-path.ts';
import { valueAt } from '../../parse/field-path.ts';
import type { Finding } from '../../parse/finding.ts';
import type { TopologyProblem } from '../../planning/problems/problem.ts';
import { topologyProblems } from '../../planning/topology-problems.ts';
import { isMap } from './read.ts';

/** Where the file says a setting of a node: as PostgreSQL compares names, and from the one in effect outwards. */
function settingPath(document: unknown, at: FieldPath, node: FieldPath, setting: string): FieldPath {
  const places = [
    [...node, 'postgres', 'settings'],
    [...node, 'postgres', 'override', 'settings'],
    [...at, 'postgres', 'settings'],
  ];
  for (const place of places) {
    const settings = valueAt(document, place);
    const key = isMap(settings) ? Object.keys(settings).findLast((name) => name.toLowerCase() === setting) : undefined;
    if (key !== undefined) return [...place, key];
  }
  return [...node, 'postgres'];
}

function pathOf({ node, setting }: TopologyProblem, topology: Topology, document: unknown, at: FieldPath): FieldPath {
  const index = topology.nodes.findIndex(({ name }) => name === node);
  if (index < 0) return at;
  const path = [...at, 'nodes', index];
  return setting === undefined ? path : settingPath(document, at, path, setting);
}

/** What no run of a suite could plan, so that it is refused before it is accepted. `document` is expanded, like the model. */
export const planRules = ({ tests, settings }: Suite, document: unknown): Finding[] =>
  tests.flatMap((test, index) => {
    const topology = topologyOf(test.database);
    if (topology === undefined) return [];
    return topologyProblems(topology, settings.target, test.workload).map((problem): Finding => {
      const { message: text, hint } = problem;
      const path = pathOf(problem, topology, document, ['tests', index, 'database', 'topology']);
      return { code: 'SUITE_INVALID_VALUE', path, text, ...(hint === undefined ? {} : { hint }) };
    });
  });
