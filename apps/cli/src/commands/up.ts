import { resolve } from 'node:path';
import { restoreLog } from '@benchbus/events';
import { openBus } from '../connection/open-bus.ts';
import { runAndPrint } from '../client/run-and-print.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { formatDuration } from '../render/format.ts';
import { restoredText } from '../render/restored-text.ts';
import type { Stack } from '../stack/stack.ts';
import { startStack } from '../stack/stack.ts';
import { watchInterrupts } from '../stack/interrupts.ts';
import type { ReadSuite } from '../suite-file/read-suite-file.ts';
import { foretell } from '../suite-file/before-publishing.ts';
import { provideHere } from '../suite-file/provide-secrets.ts';
import { readRunnableSuite } from '../suite-file/read-suite-file.ts';
import { reportError } from '../report-error.ts';
import type { Register, Run } from './command.ts';
import { GROUP, withExamples } from './options.ts';

async function runSuite(stack: Stack, suite: ReadSuite, interrupted: AbortSignal, context: Context): Promise<ExitCode> {
  foretell(suite, context);
  provideHere(suite, context.env, stack.dir.secrets, context.err);
  const bus = await openBus({ natsUrl: stack.natsUrl, installation: stack.dir.installation });
  const failed = new AbortController();
  stack.failure.catch((error: unknown) => failed.abort(error));
  try {
    const print = { json: false, artifactsDir: stack.dir.artifacts, context };
    return await runAndPrint(bus, { suite, interrupted, hopeless: failed.signal }, print);
  } finally {
    await bus.close();
  }
}

/** Until Ctrl-C, or until the stack fails. */
async function serve(stack: Stack, interrupted: AbortSignal, context: Context): Promise<ExitCode> {
  context.out(`  run a suite:  npx benchbus run examples/quickstart.yaml --wait`);
  context.out(`  look at it:   npx benchbus status`);
  context.out(`  NATS_URL=${stack.natsUrl}  state ${stack.dir.root}  logs ${stack.dir.logs}`);
  context.out(`  Ctrl-C stops it`);
  const stopped = Promise.withResolvers<undefined>();
  interrupted.addEventListener('abort', () => stopped.resolve(undefined), { once: true });
  if (interrupted.aborted) stopped.resolve(undefined);
  await Promise.race([stopped.promise, stack.failure]);
  return EXIT.success;
}

interface UpArgs {
  readonly run?: string | undefined;
  readonly restore?: string | undefined;
}

/**
 * Starts the embedded stack in the foreground; with a file runs that suite on it and stops. Ctrl-C once stops (with a
 * suite: cancels it first, 130), twice kills at once (130).
 */
export const up: Run<UpArgs> = async ({ run, restore }, context) => {
  const suite = run === undefined ? undefined : await readRunnableSuite(run);
  const interrupts = watchInterrupts();
  const say = (text: string): void => context.err(text);
  const started = performance.now();
  let stack: Stack | undefined;
  try {
    say('starting the embedded stack …');
    const onNats = async (servers: string): Promise<void> => {
      if (restore !== undefined) say(restoredText(await restoreLog({ servers, dir: resolve(restore) })));
    };
    stack = await startStack(context.env, { say, onNats }, interrupts.first, (kill) => interrupts.onSecond(kill));
    say(`${context.paintErr('green', 'ready')} after ${formatDuration(performance.now() - started)}`);
    return suite
      ? await runSuite(stack, suite, interrupts.first, context)
      : await serve(stack, interrupts.first, context);
  } catch (error) {
    if (stack === undefined && interrupts.first.aborted) return suite ? EXIT.cancelled : EXIT.success;
    return reportError(error, context, false);
  } finally {
    if (stack) {
      say('stopping …');
      await stack.stop();
    }
    interrupts.dispose();
  }
};

export const register: Register = (program, act) => {
  const command = program
    .command('up')
    .description('start the embedded stack in the foreground')
    .helpGroup(GROUP.stack)
    .option('--run <file>', 'run this suite on it, then stop')
    .option('--restore <dir>', 'begin with the log of this back-up; .benchbus/nats must be empty')
    .action((options: UpArgs) => act(up, options));
  withExamples(
    command,
    ['up', 'until Ctrl-C'],
    ['up --restore /srv/backup/2026-11-28', 'what was open in it goes on, or is released'],
    ['up --run examples/quickstart.yaml', 'one suite from start to end, and nothing stays'],
  );
};
