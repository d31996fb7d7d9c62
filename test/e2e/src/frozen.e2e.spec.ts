import { subjects, type AnyRecorded } from '@benchbus/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { play } from './crash-walk/play.ts';
import { completing } from './crash-walk/scenarios.ts';
import { endOf, expectNothingLeft, faultsAgainst, faultsIn, firstRunId } from './testing/clean-run.ts';
import { atMoment, historyOf, suiteEnd } from './testing/history.ts';
import { hold } from './testing/hold.ts';
import { Installation } from './testing/installation.ts';
import { labelled, runnerOf } from './testing/processes.ts';
import { startReplica } from './testing/replica.ts';
import { tinySuite } from './testing/suites.ts';
import { NEEDS_OUR_ENGINE, onExternalEngine } from './testing/test-engine.ts';

/** Facts by which something is begun, made or measured: of a run that is over nobody may say them. */
const WORK = new Set<AnyRecorded['name']>(['RunStageStarted', 'SetupStarted', 'WorkloadStarted', 'WorkloadFinished']);

describe.skipIf(onExternalEngine)(
  `processes that stand still for longer than their leases (${NEEDS_OUR_ENGINE})`,
  () => {
    let installation: Installation;
    let undisturbed: readonly AnyRecorded[];
    beforeAll(async () => {
      // Shorter leases: a runner is lost 3 s after its liveness key expired, an engine's worker after 8 s.
      const leases = { BENCHBUS_RUNNER_LOST_AFTER_MS: '3000', BENCHBUS_HATCHET_REASSIGN_AFTER_MS: '8000' };
      installation = await Installation.start(leases);
      undisturbed = (await play(installation, completing, 'plain')).history;
    }, 300_000);
    afterAll(async () => {
      expect(await installation.stop()).toEqual([]);
    });

    it('a runner amid its workload: EDGE_LOST, and when it goes on it does no more work', async () => {
      const { bus } = installation;
      const suiteId = 'frozen-runner';
      // Kept, so that it is still there when it goes on.
      const suite = tinySuite(suiteId, {
        durationSeconds: 600,
        settings: { keep: { when: 'always', for: '1h' } },
      });
      const runId = firstRunId(suiteId, suite);
      const lost = await atMoment(bus, suiteId, ({ name }) => name === 'RunFailed');
      const measuring = Promise.withResolvers<void>();
      const watching = await bus.telemetry.watchProgress(runId, ({ tps }) => {
        if (tps !== undefined) measuring.resolve();
      });
      await bus.request('SuiteRequested', suiteId, { suite });
      await measuring.promise;
      await watching.stop();
      {
        using runner = hold(runnerOf(runId, 'load'));
        const failed = await lost.reached;
        expect(failed.name === 'RunFailed' && failed.data.problem.code).toBe('EDGE_LOST');
        runner.release();
      }
      await lost.stop();
      // Thawed, it learns that its run is over, ends its load tool and says so.
      const edge = subjects.edge(runId, 'load');
      const given = async () => (await bus.log.read(edge)).find(({ name }) => name === 'WorkloadFailed');
      const failed = await bus.log.waitFor([edge], given, { what: 'the end of the workload', timeoutMs: 60_000 });
      expect(failed.name === 'WorkloadFailed' && failed.data.problem.code).toBe('CANCELLED');
      expect(labelled({ BENCHBUS_RUN: runId }).filter(({ command }) => /(^|\/)pgbench /.test(command))).toEqual([]);

      await bus.request('SuiteReleaseRequested', suiteId, {});
      await suiteEnd(bus, suiteId);
      const history = await historyOf(bus, suiteId);
      expect(faultsIn(history)).toEqual([]);
      expect(endOf(history)).toBe('SuiteFailed: failed (EDGE_LOST)');
      const over = history.findIndex(({ name }) => name === 'RunFailed');
      expect(history.slice(over).filter(({ name }) => WORK.has(name))).toEqual([]);
      expectNothingLeft(installation, runId);
    });

    it('a host that an operator takes for gone: its runs fail and give all back; it returns, removes them, and takes new ones', async () => {
      const { bus } = installation;
      const suiteId = 'host-gone';
      const suite = tinySuite(suiteId, { durationSeconds: 600 });
      const runId = firstRunId(suiteId, suite);
      const { reached, stop } = await atMoment(bus, suiteId, ({ name }) => name === 'WorkloadStarted');
      await bus.request('SuiteRequested', suiteId, { suite });
      await reached;
      await stop();
      const granted = (await historyOf(bus, suiteId)).find(({ name }) => name === 'CapacityGranted');
      const hostId = granted?.subject.split('.')[2] ?? '';
      const say = async (...args: string[]) => {
        const { code, stdout, stderr } = await installation.cli(...args).finished;
        return { code, said: stdout + stderr };
      };
      const gone = () => say('hosts', 'gone', hostId, '--reason', 'burnt', '--yes');
      const next = 'after-the-host-was-gone';
      {
        using provisioner = hold(installation.pid('provisioner'));
        expect(await gone()).toMatchObject({ code: 2, said: expect.stringContaining('HOST_LIVES') as string });
        await bus.liveness.lost(`host.${hostId}`, 1, AbortSignal.timeout(60_000));
        await bus.request('SuiteRequested', next, { suite: tinySuite(next) });
        expect(await say('doctor')).toMatchObject({
          said: expect.stringContaining('without a sign of life') as string,
        });
        // Its databases and runners go on: what they use is given to nobody.
        expect(await gone()).toMatchObject({ code: 2, said: expect.stringContaining(runId) as string });
        using database = hold(runnerOf(runId, 'pg'));
        using load = hold(runnerOf(runId, 'load'));
        const fading = ['pg', 'load'].map((node) =>
          bus.liveness.lost(`edge.${runId}.${node}`, 1, AbortSignal.timeout(60_000)),
        );
        await Promise.all(fading);
        expect(await gone()).toMatchObject({ code: 0, said: expect.stringContaining(runId) as string });
        await suiteEnd(bus, suiteId);
        // Its runners are lost, too, soon after.
        expect(endOf(await historyOf(bus, suiteId))).toMatch(/^SuiteFailed: failed \((HOST|EDGE)_LOST\)$/);
        expect(await say('hosts', 'list')).toMatchObject({ said: expect.stringMatching(/ left .* 0 runs/) as string });
        database.release();
        load.release();
        provisioner.release();
      }
      await suiteEnd(bus, next);
      expect(faultsAgainst(undisturbed, await historyOf(bus, next))).toEqual([]);
      expectNothingLeft(installation, runId);
      expect(await say('audit')).toMatchObject({ code: 0 });
    });

    it('a dispatcher whose run the engine gives to another: it goes on later, and nothing is said or done twice', async () => {
      const { bus } = installation;
      const suiteId = 'frozen-dispatcher';
      const { reached, stop } = await atMoment(bus, suiteId, ({ name }) => name === 'WorkloadStarted');
      const played = play(installation, completing, suiteId);
      await reached;
      await stop();
      const frozen = hold(installation.pid('suite-dispatcher'));
      const replica = await startReplica(installation, 'suite-dispatcher');
      try {
        const { history, runId } = await played;
        expect(faultsAgainst(undisturbed, history)).toEqual([]);
        expectNothingLeft(installation, runId);
      } finally {
        frozen.release();
        await replica.stop();
      }
      // Now the thawed one is alone: it ends its old execution, and works on the next suite.
      const next = await play(installation, completing, 'after-the-frozen-dispatcher');
      expect(faultsAgainst(undisturbed, next.history)).toEqual([]);
      expect(faultsAgainst(undisturbed, await historyOf(bus, suiteId))).toEqual([]);
    });
  },
);
