import type { Plan, Problem } from '@benchbus/suites';

/** Of each node of a plan the programs whose lines `logs` shows, by the names it knows them under. */
export const printers = ({ nodes }: Plan): ReadonlyMap<string, readonly string[]> =>
  new Map(
    nodes.map(({ name, processes }) => [
      name,
      [
        'runner',
        ...new Set(processes.map((process) => (process.kind === 'load' ? process.workload.tool : process.kind))),
      ],
    ]),
  );

/** Why there can be no lines of this node or container; undefined: there can. */
export function unknownPrinter(
  runId: string,
  there: ReadonlyMap<string, readonly string[]>,
  { node, container }: { readonly node?: string | undefined; readonly container?: string | undefined },
): Problem | undefined {
  const known = node === undefined || there.has(node);
  const containers = [...new Set(node === undefined || !known ? [...there.values()].flat() : there.get(node))];
  if (known && (container === undefined || containers.includes(container))) return undefined;
  const all = [...there].map(([name, own]) => `${name} (${own.join(', ')})`).join(', ');
  return {
    code: known ? 'ARGUMENT_INVALID' : 'NODE_UNKNOWN',
    message: known
      ? `${node === undefined ? `run ${runId}` : `node ${node} of run ${runId}`} has no container ${container}`
      : `run ${runId} has no node ${node}`,
    where: known ? '--container' : '--node',
    hint: `nodes (and their containers): ${all}`,
  };
}
