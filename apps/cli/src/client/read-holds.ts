import type { EventBus } from '@benchbus/events';
import { BenchbusError, subjects } from '@benchbus/events';
import { runHold } from '../domain/run-hold.ts';
import type { RunHold } from '../domain/run-hold.ts';

/** What an id a person typed names: a suite with all its runs, or one run. */
export interface Named {
  readonly suiteId: string;
  /** Set when the id is a run's. */
  readonly runId?: string;
  readonly runs: readonly RunHold[];
}

/** Where one run is, as the log says now. */
export async function readHold(bus: EventBus, runId: string, suiteId: string): Promise<RunHold> {
  const [run, network, deployment] = await Promise.all(
    [subjects.run(runId), subjects.network(runId), subjects.deployment(runId)].map((subject) => bus.log.read(subject)),
  );
  return runHold(runId, suiteId, { run: run ?? [], network: network ?? [], deployment: deployment ?? [] });
}

const badId = (id: string): BenchbusError =>
  new BenchbusError({
    code: 'ARGUMENT_INVALID',
    message: `${JSON.stringify(id)} is no id of a suite or run: lower-case letters, digits, "_" and "-", at most 64`,
    where: 'ID',
    hint: '`benchbus list` shows suites, `benchbus status SUITE` its runs',
  });

const unknown = (id: string): BenchbusError =>
  new BenchbusError({
    code: 'SUITE_UNKNOWN',
    message: `the log knows neither a suite nor a run ${id}`,
    where: 'ID',
    hint: '`benchbus list` shows suites, `benchbus status SUITE` its runs',
  });

/**
 * Finds out whether an id is a suite's or a run's, and where its runs are.
 * @throws BenchbusError ARGUMENT_INVALID | SUITE_UNKNOWN | SUITE_REJECTED
 */
export async function readHolds(bus: EventBus, id: string): Promise<Named> {
  let subject: string;
  try {
    subject = subjects.suite(id);
  } catch {
    throw badId(id);
  }
  const [suite] = await bus.log.read(subject);
  if (suite?.name === 'SuiteAccepted') {
    const runs = await Promise.all(suite.data.runs.map(({ runId }) => readHold(bus, runId, id)));
    return { suiteId: id, runs };
  }
  if (suite?.name === 'SuiteRejected')
    throw new BenchbusError({
      code: 'SUITE_REJECTED',
      message: `suite ${id} was rejected: it never had a run`,
      where: 'ID',
      hint: `benchbus results ${id} shows why`,
    });
  const [run] = await bus.log.read(subjects.run(id));
  if (run === undefined) throw unknown(id);
  return { suiteId: run.correlation, runId: id, runs: [await readHold(bus, id, run.correlation)] };
}
