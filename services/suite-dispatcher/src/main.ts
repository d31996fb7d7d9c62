import { runService } from '@benchbus/service';
import { connectHatchet, greetEngine, readHatchetConfig } from '@benchbus/tasks';
import { startBenchRunWorker } from './adapters/bench-run-worker.ts';
import { hatchetEngine } from './adapters/hatchet-engine.ts';
import { every } from './application/every.ts';
import { createExecutions } from './application/executions.ts';
import { executeRun } from './application/execute-run.ts';
import { failParked } from './application/fail-parked.ts';
import { handleRequest, settleParked } from './application/handle-request.ts';
import { loadRunView } from './application/load-run-view.ts';
import { createReactor } from './application/reactor.ts';
import { createReconciler } from './application/reconciler.ts';
import { openSuiteIndex } from './application/suite-index.ts';
import { config } from './config.ts';
import { benchRunTimeoutMs } from './domain/schedule.ts';

await runService({
  name: 'suite-dispatcher',
  config,
  async start({ config, bus, logger, instance, signal }) {
    const clock = () => Date.now();
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
    });

    const executions = createExecutions(bus.questions);
    const worker = await startBenchRunWorker({
      hatchet,
      owner,
      name: `suite-dispatcher-${instance}`,
      slots: config.BENCHBUS_DISPATCHER_SLOTS,
      async execute({ input, executionId, signal: cancelled, dispatch, tell, extend }) {
        const { queued } = (await loadRunView(bus.log, input.runId)).run;
        if (!queued) return logger.warn({ run: input.runId }, 'asked to execute a run that the log does not know');
        await extend(benchRunTimeoutMs(queued.data.settings));
        await executions.during(input.runId, executionId, (superseded) =>
          executeRun({
            bus,
            runId: input.runId,
            dispatch,
            tell,
            targets: config.BENCHBUS_TARGETS,
            runnerLostAfterMs: config.BENCHBUS_RUNNER_LOST_AFTER_MS,
            isCancelling: () => index.get(input.suiteId)?.cancelling !== undefined,
            // A drain makes the task fail, and the engine hands it to another dispatcher, or to us when we are back.
            signal: AbortSignal.any([cancelled, signal, superseded]),
            clock,
          }),
        );
      },
    });

    const events = await bus.consumeEvents({
      name: 'suite-dispatcher-reactor',
      subjects: ['evt.suite.*', 'evt.run.*', 'evt.network.*', 'evt.deployment.*', 'evt.artifact.*'],
      handle: (event) => reactor.onEvent(event),
      onParked: (letter) => failParked(letter, bus.log),
    });
    const requests = await bus.consumeRequests({
      name: 'suite-dispatcher-requests',
      // What no subject fits is parked, too, and erased where it may hold a secret.
      subjects: ['request.>'],
      // A cancel that was handed to a dispatcher which then died is another's soon.
      ackWaitMs: 5_000,
      handle: (request) =>
        handleRequest(request, {
          bus,
          index,
          reactor,
          logger,
          cancelWaitsMs: config.BENCHBUS_CANCEL_WAITS_MS,
          clock,
        }),
      onParked: (letter) => settleParked(letter, bus),
    });
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
      { signal, onError: (error) => logger.warn({ err: error }, 'reconciling failed; tried again later') },
    );

    return {
      async stop() {
        await requests.stop();
        await events.stop();
        await worker.stop();
        await reconciling;
        await index.stop();
      },
    };
  },
});
