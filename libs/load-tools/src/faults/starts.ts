import { incomplete } from '../incomplete.ts';

/** One start of a load tool within a measured part that rides through faults. */
export interface Start {
  /** After the begin of the measured part. */
  readonly fromMs: number;
  /** What it printed on standard output. */
  readonly output: string;
}

export interface Starts {
  /** From the first start to the end of the last one. */
  readonly measuredMs: number;
  readonly starts: readonly Start[];
}

/** What the loop around the tool (services/edge-runner/src/workloads/restarts.ts) says on standard output. */
const START =
  /^benchbus: start \d+ at (\d+) ms\n([\s\S]*?)^benchbus: start \d+ ended with \d+, connections lost: \d+\n/gm;
const OVER = /^benchbus: measured for (\d+) ms\n/m;

/** Whether it is the output of such a loop. */
export const hasStarts = (stdout: string): boolean => stdout.startsWith('benchbus: start ');

/** The output of each start. @throws BenchbusError TOOL_OUTPUT_INCOMPLETE where the end of it is missing */
export function parseStarts(tool: string, stdout: string): Starts {
  const measuredMs = OVER.exec(stdout)?.[1];
  if (measuredMs === undefined) throw incomplete(tool, 'the end of the measured part is missing');
  const starts = [...stdout.matchAll(START)].map(([, fromMs, output = '']) => ({ fromMs: Number(fromMs), output }));
  return { measuredMs: Number(measuredMs), starts };
}
