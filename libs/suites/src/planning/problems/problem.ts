import type { Problem } from '../../model/problem.ts';

/** Something that a plan of a topology cannot do, and what it is about. */
export interface TopologyProblem extends Problem {
  /** Its name; absent: the topology as a whole. */
  readonly node?: string;
  /** Of postgresql.conf, in lower case. */
  readonly setting?: string;
  /** The least value of the setting that would do. */
  readonly least?: string;
}

/** Of one node. */
export const ofNode = (node: string, code: string, message: string, hint: string): TopologyProblem => ({
  code,
  message,
  where: `node ${node}`,
  hint,
  node,
});

/** As events carry it. */
export const plainProblem = ({ node: _node, setting: _setting, least: _least, ...rest }: TopologyProblem): Problem =>
  rest;
