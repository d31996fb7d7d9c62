import type { Screen } from '../render/live.ts';

/** Live output goes to standard error, so that standard output holds the result alone. */
export const stderrScreen = (): Screen => ({
  isTerminal: process.stderr.isTTY && process.env['TERM'] !== 'dumb',
  columns: () => process.stderr.columns || 80,
  write: (text) => void process.stderr.write(text),
});
