import type { Problem } from '@benchbus/suites';
import type { StepEnd } from '../../runtime/process/detached-step.ts';

/** Last lines of standard error that are not progress. */
export const lastWords = (stderr: string): string =>
  stderr
    .split(/[\r\n]+/)
    .filter((line) => line !== '' && !line.startsWith('progress: '))
    .slice(-5)
    .join('\n');

/** What the end of a step that we did not end ourselves means; undefined if it ended well. */
export function judgeEnd(step: string, end: StepEnd, stderr: string): Problem | undefined {
  const where = `pgbench (${step})`;
  const hint = 'the load tool did not end by itself (killed, out of memory, restart); onInterrupt: repeat tries again';
  if (end.kind === 'vanished') {
    return { code: 'INTERRUPTED', message: 'pgbench is gone without an exit code', where, hint };
  }
  if (end.code === 0) return undefined;
  // A shell's exit code of a child that died of signal n is 128 + n.
  if (end.code > 128) {
    return { code: 'INTERRUPTED', message: `pgbench was ended by signal ${end.code - 128}`, where, hint };
  }
  return { code: 'TOOL_FAILED', message: lastWords(stderr) || `pgbench ended with ${end.code}`, where };
}
