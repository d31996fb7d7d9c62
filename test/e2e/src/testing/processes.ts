import { commandLineOf, findByEnvironment } from '@benchbus/processes';

export interface LabelledProcess {
  readonly pid: number;
  readonly command: string;
}

/** Living processes whose environment holds all of these variables, with their whole command lines. */
export const labelled = (labels: Readonly<Record<string, string>>): LabelledProcess[] =>
  findByEnvironment(labels).map(({ pid }) => ({ pid, command: commandLineOf(pid) }));

/** The edge runner of a node. */
export const runnerOf = (runId: string, node: string): number | undefined =>
  labelled({ BENCHBUS_RUN: runId, BENCHBUS_NODE: node }).find(({ command }) => command.includes('edge-runner'))?.pid;
