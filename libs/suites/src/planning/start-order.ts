import type { Plan, ProcessKind, StartAfter } from './plan.ts';

export interface Start {
  readonly node: string;
  readonly process: ProcessKind;
  readonly after: readonly StartAfter[];
}

const key = ({ node, process }: Pick<Start, 'node' | 'process'>): string => `${node}/${process}`;

/**
 * What can start together, wave by wave: everything that a process waits for is in an earlier wave.
 * @throws Error for a plan whose order has a cycle or names a process that is not there
 */
export function startOrder(plan: Pick<Plan, 'nodes'>): Start[][] {
  const open = new Map<string, Start>();
  for (const { name, processes } of plan.nodes)
    for (const { kind, startAfter } of processes)
      open.set(key({ node: name, process: kind }), { node: name, process: kind, after: startAfter ?? [] });
  const started = new Set<string>();
  const waves: Start[][] = [];
  while (open.size > 0) {
    const wave = [...open.values()].filter(({ after }) => after.every((need) => started.has(key(need))));
    if (wave.length === 0) throw new Error(`nothing can start: ${[...open.keys()].join(', ')} wait for each other`);
    for (const start of wave) {
      started.add(key(start));
      open.delete(key(start));
    }
    waves.push(wave);
  }
  return waves;
}
