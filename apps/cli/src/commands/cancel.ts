import { BenchbusError, subjects, type AnyRecorded, type EventBus, type StoredRequest } from '@benchbus/events';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import { CANCELLED_EARLY, requestCancel, waitForEnd } from '../client/cancel-suite.ts';
import { suiteSubject, unknownSuite } from '../client/load-suite-events.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats } from './options.ts';
import type { WaitFlags } from './options.ts';

export interface CancelArgs extends ServerOptions {
  readonly suite: string;
  readonly wait: boolean;
  readonly json: boolean;
}

const isSuiteRequested = ({ request }: StoredRequest): boolean => request.name === 'SuiteRequested';

/** Who may not look at others' requests takes its suite for one of them: the dispatcher knows. */
const mayBeRequested = async (bus: EventBus, suite: string): Promise<boolean> => {
  try {
    return (await bus.requestsOf(suite)).some(isSuiteRequested);
  } catch (error) {
    if (!(error instanceof BenchbusError) || error.code !== 'NATS_NOT_PERMITTED') throw error;
    return (await bus.log.read(subjects.run(suite))).length === 0;
  }
};

const isCancelled = (event: AnyRecorded): boolean =>
  event.name === 'SuiteCancelled' ||
  (event.name === 'SuiteRejected' && event.data.problems.some(({ code }) => code === CANCELLED_EARLY));

const isRun = (runId: string, suiteId: string): BenchbusError =>
  new BenchbusError({
    code: 'SUITE_UNKNOWN',
    message: `${runId} is a run of suite ${suiteId}, and suites are cancelled as a whole`,
    where: 'SUITE',
    hint: `benchbus cancel ${suiteId}`,
  });

/** Asks to cancel a suite; with `wait` until everything it held is released. */
export const cancel: Run<CancelArgs> = async ({ suite, wait, json, nats }, context) => {
  const subject = suiteSubject(suite);
  return await withBus(findConnection(nats, context.env), async (bus) => {
    const history = await bus.log.read(subject);
    // Requested, but not looked at yet: it can be cancelled all the same.
    const requested = history.length > 0 || (await mayBeRequested(bus, suite));
    if (!requested) {
      const [run] = await bus.log.read(subjects.run(suite));
      throw run === undefined ? unknownSuite(suite) : isRun(suite, run.correlation);
    }
    const last = history.at(-1);
    const told = (end: AnyRecorded): ExitCode => {
      context.out(json ? JSON.stringify({ ok: true, suiteId: suite, end: end.name }) : `${suite}: ${end.name}`);
      return EXIT.success;
    };
    // Asked for twice is no error: it is what was wanted.
    if (last && isCancelled(last)) return told(last);
    if (last && !['SuiteAccepted', 'SuiteCancelling'].includes(last.name)) {
      throw new BenchbusError({
        code: 'SUITE_OVER',
        message: `suite ${suite} is over already: ${last.name}`,
        where: 'SUITE',
        hint: `benchbus results ${suite} shows what became of it`,
      });
    }
    await requestCancel(bus, suite, 'asked by a user');
    if (!wait) {
      if (json) context.out(JSON.stringify({ ok: true, suiteId: suite }));
      else context.out(`asked to cancel ${suite}; benchbus events --suite ${suite} --follow shows it end`);
      return EXIT.success;
    }
    return told(await waitForEnd(bus, suite));
  });
};

export const register: Register = (program, act) => {
  const command = program
    .command('cancel <suite>')
    .description('cancel a suite')
    .helpGroup(GROUP.acting)
    .option('--wait', 'wait until everything it held is released')
    .action((suite: string, { wait, json, nats }: WaitFlags) =>
      act(cancel, { suite, wait: flag(wait), json: flag(json), nats }),
    );
  withJson(command, "{ok: true, suiteId, end?}: end is the name of the suite's last event (with --wait)");
  withNats(command);
  withExamples(
    command,
    ['cancel quickstart-abc123', 'ask for it, and return at once'],
    ['cancel quickstart-abc123 --wait', 'return when everything it held is released'],
  );
};
