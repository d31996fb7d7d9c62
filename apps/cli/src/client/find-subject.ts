import { BenchbusError } from '@benchbus/events';
import type { Board, RunCard, SuiteCard } from '../domain/board/board.ts';

const ID = /^[a-z0-9_-]{1,64}$/;
const HINT = '`benchbus list` shows suites, `benchbus status SUITE` its runs';

/** @throws BenchbusError ARGUMENT_INVALID */
export function requireId(id: string, where: string): void {
  if (ID.test(id)) return;
  const message = `${JSON.stringify(id)} is no id: lower-case letters, digits, "_" and "-", at most 64`;
  throw new BenchbusError({ code: 'ARGUMENT_INVALID', message, where, hint: HINT });
}

/** The suite or the run that an id names. @throws BenchbusError SUITE_UNKNOWN */
export function findSubject(board: Board, id: string): { readonly suite?: SuiteCard; readonly run?: RunCard } {
  const suite = board.suites.get(id);
  if (suite) return { suite };
  const run = board.runs.get(id);
  if (run) return { run };
  const message = `the log knows neither a suite nor a run ${id}`;
  throw new BenchbusError({ code: 'SUITE_UNKNOWN', message, where: 'SUITE|RUN', hint: HINT });
}

/** @throws BenchbusError RUN_UNKNOWN, which names the runs if the id is a suite's */
export function findRun(board: Board, id: string): RunCard {
  const run = board.runs.get(id);
  if (run) return run;
  const suite = board.suites.get(id);
  const runs = suite?.runs.map(({ runId }) => runId) ?? [];
  throw new BenchbusError({
    code: 'RUN_UNKNOWN',
    message: suite ? `${id} is a suite, and logs are those of a run` : `the log knows no run ${id}`,
    where: 'RUN',
    hint: runs.length > 0 ? `its runs: ${runs.slice(0, 10).join(', ')}${runs.length > 10 ? ', …' : ''}` : HINT,
  });
}
