import { suiteSubject, unknownSuite, loadSuiteEvents } from '../client/load-suite-events.ts';
import { stderrScreen } from '../client/screen.ts';
import type { FinalState, WatchOptions } from '../client/watch-suite.ts';
import { watchSuite } from '../client/watch-suite.ts';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import type { Context } from '../context.ts';
import { suiteResults } from '../domain/suite-results.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { Live } from '../render/live.ts';
import { resultsText } from '../render/results-text.ts';
import { watchInterrupts } from '../stack/interrupts.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats } from './options.ts';

export interface WatchArgs extends ServerOptions {
  readonly suite: string;
  readonly json: boolean;
}

type Shows = Pick<WatchOptions, 'onEvent' | 'onProgress' | 'onWaiting'> & { end(): void };

const EXITS: Record<FinalState, ExitCode> = {
  completed: EXIT.success,
  failed: EXIT.failed,
  rejected: EXIT.failed,
  cancelled: EXIT.cancelled,
};

function lines({ out }: Context): Shows {
  const print = (line: object): void => out(JSON.stringify(line));
  return {
    onEvent: (event) => print({ kind: 'event', event }),
    onProgress: (progress) => print({ kind: 'progress', progress }),
    onWaiting: (runId, waiting) => print({ kind: 'waiting', runId, waiting: waiting ?? null }),
    end: () => undefined,
  };
}

function live({ paintErr }: Context): Shows {
  const view = new Live(stderrScreen(), paintErr, () => Date.now());
  return {
    onEvent: (event) => view.event(event),
    onProgress: (progress) => view.progress(progress),
    onWaiting: (runId, waiting) => view.waiting(runId, waiting),
    end: () => view.end(),
  };
}

/** Shows a suite from its request on, live until it ends, and exits as it did. Ctrl-C leaves; the suite goes on. */
export const watch: Run<WatchArgs> = async ({ suite, json, nats }, context) => {
  const subject = suiteSubject(suite);
  const connection = findConnection(nats, context.env);
  const interrupts = watchInterrupts();
  try {
    return await withBus(connection, async (bus) => {
      const [first] = await bus.log.read(subject);
      if (first === undefined) throw unknownSuite(suite);
      const shows = json ? lines(context) : live(context);
      try {
        const options = { suiteId: suite, from: first.sequence, signal: interrupts.first };
        const state = await watchSuite(bus, { ...shows, ...options });
        shows.end();
        if (json) context.out(JSON.stringify({ kind: 'end', suiteId: suite, state, exitCode: EXITS[state] }));
        else {
          const results = suiteResults(suite, await loadSuiteEvents(bus, suite));
          context.out(resultsText(results, context.paint, { artifactsDir: connection.artifactsDir, timeline: false }));
        }
        return EXITS[state];
      } catch (error) {
        if (!interrupts.first.aborted) throw error;
        shows.end();
        context.err(`left; the suite goes on: benchbus watch ${suite} comes back, benchbus cancel ${suite} ends it`);
        return EXIT.cancelled;
      } finally {
        shows.end();
      }
    });
  } finally {
    interrupts.dispose();
  }
};

export const register: Register = (program, act) => {
  const command = program
    .command('watch <suite>')
    .description('show a suite live until it ends; Ctrl-C leaves it alone')
    .helpGroup(GROUP.reading)
    .action((suite: string, { json, nats }: { json?: boolean; nats?: string }) =>
      act(watch, { suite, json: flag(json), nats }),
    );
  withJson(
    command,
    'one object a line: {kind: event, event}, {kind: progress, progress: {runId, node, time, activity, tps?, latencyAverageMs?, done?}}, {kind: waiting, runId, waiting: {code, reason, runs} | null}, and at last {kind: end, suiteId, state, exitCode}',
  );
  withNats(command);
  withExamples(
    command,
    ['watch quickstart-abc123', 'what happened so far, then what happens'],
    [
      'watch quickstart-abc123 --json | jq \'select(.kind == "progress").progress.tps\'',
      'throughput as it is measured',
    ],
  );
};
