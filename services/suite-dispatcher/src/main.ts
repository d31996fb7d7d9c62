import { problemOf, SHARED_DURABLES } from '@benchbus/events';
import { aborted, observeDeadLetters, observeLog, observeReplicas, readPrices, runService } from '@benchbus/service';
import { connectHatchet, greetEngine, readHatchetConfig } from '@benchbus/tasks';
import { keepBenchRunWorker } from './adapters/bench-run-worker.ts';
import { hatchetEngine } from './adapters/hatchet-engine.ts';
import { countError, measureStages, observeSuites } from './adapters/metrics.ts';
import { spanSender } from './adapters/send-spans.ts';
import { clientRequests, runFacts } from './application/consumers.ts';
import { every } from './application/every.ts';
import { createExecutions } from './application/executions.ts';
import { executeOrFail } from './application/execute-or-fail.ts';
import { executeRun } from './application/execute-run.ts';
import { loadRunView } from './application/load-run-view.ts';
import { createReactor } from './application/reactor.ts';
import { createReconciler } from './application/reconciler.ts';
import { openSuiteIndex } from './application/suite-index.ts';
import { tracing } from './application/trace-suite.ts';
import { config } from './config.ts';
import { benchRunTimeoutMs } from './domain/schedule.ts';

await runService({
  name: 'suite-dispatcher',
  config,
  async start({ config, bus, logger, instance, signal }) {
    const clock = () => Date.now();
    const { BENCHBUS_PRICES_FILE: priceFile } = config;
    const prices = priceFile === undefined ? undefined : await readPrices(priceFile);
    const engineConfig = readHatchetConfig();
    await greetEngine(engineConfig, logger, config.BENCHBUS_ENGINE_ANSWERS_MS);
    const hatchet = connectHatchet(logger, engineConfig);
    const owner = { log: bus.log.incarnation, installation: config.BENCHBUS_INSTALLATION };
    const engine = hatchetEngine(hatchet, owner);
    const index = await openSuiteIndex(bus.log);
    const reactor = createReactor({
      bus,
      index,
      engine,
      logger: logger.child({ name: 'reactor' }),
      releaseTimeoutMs: config.BENCHBUS_RELEASE_TIMEOUT_MS,
      clock,
      onEngineError: () => countError('engine'),
    });

    const executions = createExecutions(bus.questions);
    const worker = keepBenchRunWorker({
      hatchet,
      owner,
      name: `suite-dispatcher-${instance}`,
      slots: config.BENCHBUS_DISPATCHER_SLOTS,
      retryMs: config.BENCHBUS_ENGINE_RETRY_MS,
      logger,
      stopping: signal,
      execute: ({ input, executionId, signal, dispatch, tell, hold }) =>
        executions.during(input.runId, executionId, (superseded) => {
          const ended = AbortSignal.any([signal, superseded]);
          const execute = async (): Promise<void> => {
            const { queued } = (await loadRunView(bus.log, input.runId)).run;
            if (!queued) return logger.warn({ run: input.runId }, 'asked to execute a run that the log does not know');
            hold(benchRunTimeoutMs(queued.data.settings));
            await executeRun({
              bus,
              runId: input.runId,
              dispatch,
              tell,
              dispatchRetryMs: config.BENCHBUS_ENGINE_RETRY_MS,
              logger,
              targets: config.BENCHBUS_TARGETS,
              runnerLostAfterMs: config.BENCHBUS_RUNNER_LOST_AFTER_MS,
              hostLostAfterMs: config.BENCHBUS_HOST_LOST_AFTER_MS,
              isCancelling: () => index.get(input.suiteId)?.cancelling !== undefined,
              signal: ended,
              clock,
            });
          };
          return executeOrFail(execute, {
            runId: input.runId,
            log: bus.log,
            retryMs: config.BENCHBUS_ENGINE_RETRY_MS,
            defectAfterMs: config.BENCHBUS_DEFECT_AFTER_MS,
            clock: () => performance.now(),
            signal: ended,
            logger,
          });
        }),
    });

    observeSuites(index);
    observeReplicas(bus.liveness, logger);
    observeDeadLetters(
      bus.deadLetters,
      SHARED_DURABLES.map(({ name }) => name),
    );
    observeLog(bus);
    const onError = (error: unknown) => logger.warn({ err: error }, 'spans of what is over could not be sent');
    const sender = spanSender({ onError });
    const traced = { bus, send: sender.send, measure: measureStages };
    const events = await bus.consumeEvents(runFacts(tracing(reactor, traced, logger), bus.log));
    const cancelWaitsMs = config.BENCHBUS_CANCEL_WAITS_MS;
    const requests = await bus.consumeRequests(
      clientRequests({ bus, index, reactor, logger, cancelWaitsMs, clock, prices }),
    );
    const reconciling = every(
      config.BENCHBUS_RECONCILE_EVERY_MS,
      createReconciler({
        bus,
        index,
        engine,
        reactor,
        logger: logger.child({ name: 'reconciler' }),
        executionLostAfterMs: config.BENCHBUS_EXECUTION_LOST_AFTER_MS,
        now: () => performance.now(),
      }),
      {
        signal,
        onError: (error) => {
          countError('reconciler');
          logger.warn({ err: error }, 'reconciling failed; tried again later');
        },
      },
    );

    // Requests and releases are taken meanwhile: they need no engine.
    await Promise.race([worker.ready, aborted(signal)]);
    void worker.refused.catch((error: unknown) => {
      // A dispatcher without its engine executes nothing: end, and let the supervisor say why.
      logger.fatal({ ...problemOf(error), err: error }, problemOf(error).message);
      process.exit(1);
    });

    return {
      async stop() {
        await requests.stop();
        await events.stop();
        await Promise.all([worker.stop(), reactor.stop(), sender.stop()]);
        await reconciling;
        await index.stop();
      },
    };
  },
});
