import { BenchbusError } from '@benchbus/events';
import type { ResolvedCommand } from '../domain/resolve-launch.ts';
import type { HostedProcess } from '../runtime/host/process-host.ts';

/** How much of what a failed command printed one problem may quote. */
const LINES = 5;

export interface CommandRun {
  /** The problem's code when it fails: DATABASE_INIT_FAILED, … */
  readonly code: string;
  readonly where: string;
  readonly timeoutMs: number;
  /** Given up, it is asked to end first. */
  readonly graceMs?: number;
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-LINES).join('\n');

/**
 * A command of the plan, to its end; returns what it printed.
 * @throws BenchbusError with the given code and its own last words | COMMAND_TOO_SLOW | the signal's reason
 */
export async function runCommand(
  hosted: HostedProcess,
  command: ResolvedCommand,
  { code, where, timeoutMs, graceMs }: CommandRun,
  signal: AbortSignal,
): Promise<string> {
  const end = await hosted.run(command, { timeoutMs, signal, graceMs }).catch((error: unknown) => {
    if (signal.aborted || !(error instanceof DOMException) || error.name !== 'TimeoutError') throw error;
    const message = `${command.program} was ended after ${timeoutMs} ms`;
    throw new BenchbusError({ code: 'COMMAND_TOO_SLOW', message, where, hint: 'raise BENCHBUS_COMMAND_TIMEOUT_MS' });
  });
  if (end.code === 0) return end.stdout;
  const message =
    lastLines(end.stderr) || lastLines(end.stdout) || `${command.program} ended with ${end.code ?? 'a signal'}`;
  throw new BenchbusError({ code, message: `${command.program}: ${message}`, where });
}
