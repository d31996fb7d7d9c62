import type { Problem, ProcessKind } from '@benchbus/suites';

/** How much of a log one problem may quote. */
const LINES = 6;
const POSTGRES = /^(LOG|FATAL|ERROR|PANIC|DETAIL|HINT|WARNING): {2}/;
const ORDINARY = /^LOG: {2}(starting PostgreSQL|listening on|database system)/;

/** The telling lines of a log: errors with their hints, without PostgreSQL's time and process id; else the last ones. */
export function tellingLines(log: string): string[] {
  const lines = log.split('\n').map((line) => line.replace(/^\S+ \S+ \S+ \[\d+\] /, ''));
  const errors = lines.filter((line) => POSTGRES.test(line) && !ORDINARY.test(line));
  return (errors.length > 0 ? errors : lines.filter((line) => line.trim() !== '')).slice(-LINES);
}

export interface Ended {
  readonly node: string;
  readonly address: string;
  readonly kind: ProcessKind;
  readonly code: number | undefined;
  readonly said: string;
}

const HINTS: Partial<Record<ProcessKind, string>> = {
  postgres: 'see the postgres settings of the suite',
  patroni: 'see the postgres settings of the suite',
};

/** Why a process that ended before it was ready did not start, in its own words. */
export function startFailure({ node, address, kind, code, said }: Ended): Problem {
  const lines = tellingLines(said);
  const taken = /address already in use/i.test(said);
  return {
    code: taken ? 'ADDRESS_IN_USE' : kind === 'postgres' ? 'DATABASE_START_FAILED' : 'PROCESS_START_FAILED',
    message: lines.join('\n') || `${kind} ended without a word (exit code ${code ?? 'unknown'})`,
    where: `node ${node} (${address}), process ${kind}`,
    hint: taken ? 'stop whoever listens there' : (HINTS[kind] ?? `see the ${kind} of the suite's topology`),
  };
}
