import { readdirSync, readFileSync } from 'node:fs';

export interface LabelledProcess {
  readonly pid: number;
  readonly command: string;
}

/** Living processes whose environment holds all of these variables. */
export function labelled(labels: Readonly<Record<string, string>>): LabelledProcess[] {
  const wanted = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return wanted.every((label) => environment.includes(label)) ? [{ pid: Number(name), command }] : [];
      } catch {
        return []; // ended meanwhile
      }
    });
}

/** The edge runner of a node. */
export const runnerOf = (runId: string, node: string): number | undefined =>
  labelled({ BENCHBUS_RUN: runId, BENCHBUS_NODE: node }).find(({ command }) => command.includes('edge-runner'))?.pid;
