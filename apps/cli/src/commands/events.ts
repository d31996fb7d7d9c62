import type { AnyRecorded, EventBus } from '@benchbus/events';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import { suiteSubject, unknownSuite } from '../client/load-suite-events.ts';
import { SuiteScope } from '../domain/suite-scope.ts';
import { eventDetail } from '../domain/event-detail.ts';
import { EXIT } from '../exit-codes.ts';
import { watchInterrupts } from '../stack/interrupts.ts';
import type { LogOptions, Register, Run } from './command.ts';
import { problemLines } from '../render/problem-text.ts';
import { flag, GROUP, withExamples, withJson, withLog } from './options.ts';
import type { LogFlags } from './options.ts';

export interface EventsArgs extends LogOptions {
  readonly suite?: string | undefined;
  readonly follow: boolean;
  readonly json: boolean;
}

const line = (event: AnyRecorded): string =>
  [String(event.sequence).padStart(6), event.time, event.subject, event.name, eventDetail(event)].join('  ').trimEnd();

/** Prints the log, or one suite's part of it: one event a line, in log order. */
export const events: Run<EventsArgs> = async ({ suite, follow, json, nats, archive }, context) => {
  const subject = suite === undefined ? undefined : suiteSubject(suite);
  const interrupts = watchInterrupts();
  try {
    const read = async (bus: EventBus): Promise<void> => {
      let from: 'start' | number = 'start';
      if (suite !== undefined && subject !== undefined) {
        const [first] = await bus.log.read(subject);
        if (first === undefined && !follow) throw unknownSuite(suite);
        from = first?.sequence ?? 'start';
      }
      const caughtUp = Promise.withResolvers<undefined>();
      const scope = suite === undefined ? undefined : new SuiteScope(suite);
      const following = await bus.log.follow({
        from,
        onTooNew: (error) => {
          if (scope?.mayConcern(error.subject) !== false)
            context.err(problemLines(error.problem, context.paintErr)[0] ?? '');
        },
        onEvent: (event) => {
          if (scope?.concerns(event) === false) return;
          context.out(json ? JSON.stringify(event) : line(event));
        },
        onCaughtUp: () => (follow ? undefined : caughtUp.resolve(undefined)),
      });
      interrupts.first.addEventListener('abort', () => caughtUp.resolve(undefined), { once: true });
      if (interrupts.first.aborted) caughtUp.resolve(undefined);
      await caughtUp.promise;
      await following.stop();
    };
    await withBus(findConnection(nats, context.env), read, { archive });
  } finally {
    interrupts.dispose();
  }
  // Ending a follow by Ctrl-C is how one ends it: a success.
  return EXIT.success;
};

interface Options extends LogFlags {
  readonly suite?: string;
  readonly follow?: boolean;
}

export const register: Register = (program, act) => {
  const command = program
    .command('events')
    .description('print the event log')
    .helpGroup(GROUP.reading)
    .option('--suite <id>', "only this suite's events")
    .option('--follow', 'go on until Ctrl-C')
    .action(({ suite, follow, json, archive, nats }: Options) =>
      act(events, { suite, follow: flag(follow), json: flag(json), archive: flag(archive), nats }),
    );
  withJson(
    command,
    'one event a line: {name, subject, sequence, counter, data, id, type, time, correlation, cause, hash, …}',
  );
  withLog(command);
  withExamples(
    command,
    ['events --suite quickstart-abc123', 'how a suite came about'],
    ['events --follow', 'everything, as it happens'],
    ['events --json | jq \'select(.name == "RunFailed")\'', 'what failed so far'],
  );
};
