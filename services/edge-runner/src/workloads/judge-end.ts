import type { Problem } from '@benchbus/suites';
import type { StepEnd } from '../runtime/process/detached-step.ts';

/** Last lines of an output that are not progress. */
export const lastWords = (output: string): string =>
  output
    .split(/[\r\n]+/)
    .filter((line) => line !== '' && !line.startsWith('progress: '))
    .slice(-5)
    .join('\n');

export interface Judged {
  readonly tool: string;
  readonly step: string;
  /** What its output says went wrong, though it ended with 0. */
  readonly failure?: string | undefined;
  readonly limitMs?: number | undefined;
  /** How long it ran; not given: not known. */
  readonly tookMs?: number | undefined;
}

/** What `timeout` ends with when the time is over: 137 where it had to kill, but also where somebody else did. */
const TOO_LONG: readonly number[] = [124, 137];

/** What the end of a step that we did not end ourselves means; undefined if it ended well. */
export function judgeEnd(judged: Judged, end: StepEnd, stderr: string): Problem | undefined {
  const { tool, step, failure, limitMs, tookMs = 0 } = judged;
  const where = `${tool} (${step})`;
  const hint = 'the load tool did not end by itself (killed, out of memory, restart); onInterrupt: repeat tries again';
  if (end.kind === 'vanished') {
    return { code: 'INTERRUPTED', message: `${tool} is gone without an exit code`, where, hint };
  }
  if (end.code === 0) return failure === undefined ? undefined : { code: 'TOOL_FAILED', message: failure, where };
  if (limitMs !== undefined && tookMs >= limitMs && TOO_LONG.includes(end.code))
    return {
      code: 'TOOL_STUCK',
      message: `${tool} had not come to its end after ${Math.ceil(limitMs / 1000)} s, and was ended`,
      where,
      hint: 'it may have lost its connections: its output is kept as an artifact',
    };
  // A shell's exit code of a child that died of signal n is 128 + n.
  if (end.code > 128) {
    return { code: 'INTERRUPTED', message: `${tool} was ended by signal ${end.code - 128}`, where, hint };
  }
  return { code: 'TOOL_FAILED', message: lastWords(stderr) || `${tool} ended with ${end.code}`, where };
}
