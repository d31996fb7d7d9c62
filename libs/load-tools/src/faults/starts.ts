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
const STAMP = /^benchbus: at (\d+) ms\n/m;
const OVER = /^benchbus: measured for (\d+) ms\n/m;

/** Whether it is the output of such a loop. */
export const hasStarts = (stdout: string): boolean => stdout.startsWith('benchbus: start ');

/** A piece of a start's output. */
export interface Stamped {
  /** When it was seen, after the begin of the measured part; undefined: nobody noted it. */
  readonly atMs: number | undefined;
  readonly text: string;
}

/** The output of a start, apart at its stamps. */
export function stamped(output: string): Stamped[] {
  const pieces = output.split(STAMP);
  return pieces.flatMap((text, index) => {
    if (index % 2 === 1) return [];
    const at = pieces[index + 1];
    return [{ atMs: at === undefined ? undefined : Number(at), text }];
  });
}

/** The output of each start. @throws BenchbusError TOOL_OUTPUT_INCOMPLETE where the end of it is missing */
export function parseStarts(tool: string, stdout: string): Starts {
  const measuredMs = OVER.exec(stdout)?.[1];
  if (measuredMs === undefined) throw incomplete(tool, 'the end of the measured part is missing');
  const starts = [...stdout.matchAll(START)].map(([, fromMs, output = '']) => ({ fromMs: Number(fromMs), output }));
  return { measuredMs: Number(measuredMs), starts };
}
