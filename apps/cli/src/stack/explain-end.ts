import { BenchbusError } from '@benchbus/events';
import { lastLines } from './log-file.ts';

/** The fatal line a service of ours wrote last (pino JSON), if the log ends with one. */
function fatalLine(lines: readonly string[]): { code?: string; msg?: string; hint?: string } | undefined {
  for (const line of lines.toReversed()) {
    try {
      const entry = JSON.parse(line) as { level?: unknown; code?: string; msg?: string; hint?: string };
      if (entry.level === 60 || entry.level === 'fatal') return entry;
    } catch {
      // Not JSON: a server's own log.
    }
  }
  return undefined;
}

/** What an uncaught error of Node printed, or else the last lines. */
const lastWords = (lines: readonly string[]): string =>
  lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.slice(-3).join('\n');

/** Why a process of the stack is given up, from the end of its log. */
export function explainEnd(name: string, why: string, logFile: string, configuration = false): BenchbusError {
  const lines = lastLines(logFile, 20);
  const fatal = fatalLine(lines);
  const reason = fatal?.msg ?? lastWords(lines);
  return new BenchbusError({
    code: configuration ? 'CONFIG_OF_SERVICE' : 'STACK_CHILD_FAILED',
    message: `${name} ${why} and is not started again${reason === '' ? '' : `: ${fatal?.code ? `${fatal.code} ` : ''}${reason}`}`,
    where: logFile,
    hint: fatal?.hint ?? 'the log file says more',
  });
}
