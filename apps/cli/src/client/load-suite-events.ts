import type { AnyRecorded, EventBus } from '@benchbus/events';
import { BenchbusError, subjects } from '@benchbus/events';
import { SuiteScope } from '../domain/suite-scope.ts';
import { followToEnd } from './follow-to-end.ts';

/** Everything the log holds about a suite, in order. @throws BenchbusError SUITE_UNKNOWN */
export async function loadSuiteEvents(bus: EventBus, suiteId: string): Promise<AnyRecorded[]> {
  const [first] = await bus.log.read(suiteSubject(suiteId));
  if (first === undefined) throw unknownSuite(suiteId);
  const events: AnyRecorded[] = [];
  const scope = new SuiteScope(suiteId);
  const following = await followToEnd(
    bus,
    { from: first.sequence, onEvent: (event) => void (scope.concerns(event) && events.push(event)) },
    (subject) => scope.mayConcern(subject),
  );
  await following.stop();
  return events;
}

/** What an id a person typed names: a suite, or one run of it. @throws BenchbusError SUITE_UNKNOWN, ARGUMENT_INVALID */
export async function suiteOf(
  bus: EventBus,
  id: string,
): Promise<{ readonly suiteId: string; readonly runId?: string }> {
  if ((await bus.log.read(suiteSubject(id))).length > 0) return { suiteId: id };
  const [run] = await bus.log.read(subjects.run(id));
  if (run === undefined) throw unknownSuite(id);
  return { suiteId: run.correlation, runId: id };
}

/** The subject of a suite id a person typed. @throws BenchbusError ARGUMENT_INVALID */
export function suiteSubject(suiteId: string): string {
  try {
    return subjects.suite(suiteId);
  } catch {
    throw new BenchbusError({
      code: 'ARGUMENT_INVALID',
      message: `${JSON.stringify(suiteId)} is not a suite id: lower-case letters, digits, "_" and "-", at most 64`,
      where: 'SUITE',
      hint: `\`benchbus run\` prints it, \`benchbus events\` shows it`,
    });
  }
}

export const unknownSuite = (suiteId: string): BenchbusError =>
  new BenchbusError({
    code: 'SUITE_UNKNOWN',
    message: `the log knows no suite ${suiteId}`,
    where: 'SUITE',
    hint: '`benchbus list` shows suites',
  });
