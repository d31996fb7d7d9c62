import { readFileSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { commandLineOf } from '@benchbus/processes';
import type { AnyRecorded } from '@benchbus/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectCompletedOnce, expectNothingLeft, firstRunId } from './testing/clean-run.ts';
import { dashboard } from './testing/engine-tasks.ts';
import { atMoment, historyOf, suiteEnd } from './testing/history.ts';
import { hold } from './testing/hold.ts';
import { Installation } from './testing/installation.ts';
import { loseEngineRuns } from './testing/lose-engine-runs.ts';
import { runnerOf } from './testing/processes.ts';
import { tinySuite } from './testing/suites.ts';
import { NEEDS_OUR_ENGINE, onExternalEngine } from './testing/test-engine.ts';

const stage = (name: string) => (event: AnyRecorded) => event.name === 'RunStageStarted' && event.data.stage === name;
const named = (name: AnyRecorded['name']) => (event: AnyRecorded) => event.name === name;

/** docs/reference/reconciliation.md, with all services and a real database. */
describe('a task that vanished in the engine', () => {
  let installation: Installation;
  let engine: ReturnType<typeof dashboard>;
  beforeAll(async () => {
    installation = await Installation.start();
    engine = dashboard(installation.hatchet);
  });
  afterAll(async () => {
    expect(await installation.stop()).toEqual([]);
  });

  /** Requests a small suite and waits for a moment in it. */
  async function begin(suiteId: string, moment: (event: AnyRecorded) => boolean, durationSeconds = 3) {
    const suite = tinySuite(suiteId, { durationSeconds });
    const { reached, stop } = await atMoment(installation.bus, suiteId, moment);
    await installation.bus.request('SuiteRequested', suiteId, { suite });
    const event = await reached;
    await stop();
    const runId = firstRunId(suiteId, suite);
    /** Waits for the suite's end; prints how long it took from `since`. */
    const end = async (since = Date.now()) => {
      const ended = await suiteEnd(installation.bus, suiteId);
      if (process.env['BENCHBUS_RECONCILE_TIMES']) {
        process.stderr.write(`${suiteId}: ${ended.name} after ${Date.now() - since} ms\n`);
      }
      return historyOf(installation.bus, suiteId);
    };
    return { runId, event, end };
  }

  it.each(['provision', 'workload'])(
    'bench-run, cancelled in the dashboard in stage %s: cancelled, released',
    async (at) => {
      const { runId, end } = await begin(`dashboard-${at}`, stage(at), 600);
      const since = Date.now();
      await engine.cancel(runId, 'bench-run');
      const history = await end(since);
      expect(history.at(-1)?.name).toBe('SuiteCancelled');
      const cancelling = history.find(({ name }) => name === 'RunCancelling');
      expect(cancelling?.name === 'RunCancelling' && cancelling.data.reason).toMatch(/cancelled in the Hatchet engine/);
      expectNothingLeft(installation, runId);
    },
  );

  it('edge-workload, cancelled while its runner works: the run goes on, once', async () => {
    const { runId, end } = await begin('edge-running', named('WorkloadStarted'));
    await engine.cancel(runId, 'edge-workload-v1', 'load');
    expectCompletedOnce(await end());
    expectNothingLeft(installation, runId);
  });

  it('edge-setup, cancelled before its runner took it: a further attempt', async () => {
    const ready = (event: AnyRecorded) => event.name === 'EdgeRunnerReady' && event.data.node === 'pg';
    const { runId, end } = await begin('edge-waiting', ready);
    {
      using _runner = hold(runnerOf(runId, 'pg'));
      const again = await atMoment(
        installation.bus,
        'edge-waiting',
        (event) => event.name === 'RunStageStarted' && event.data.stage === 'database' && event.data.attempt === 2,
      );
      await engine.cancel(runId, 'edge-setup-v1', 'pg');
      await again.reached;
      await again.stop();
    }
    const history = await end();
    expect(history.at(-1)?.name).toBe('SuiteCompleted');
    expect(history.filter(named('DatabaseReady'))).toHaveLength(1);
    expect(history.filter(named('WorkloadStarted'))).toHaveLength(1);
    expectNothingLeft(installation, runId);
  });

  it.skipIf(onExternalEngine).for(['network', 'database', 'workload'])(
    `everything, with the engine's database, in stage %s: completed, the workload once${onExternalEngine ? `: ${NEEDS_OUR_ENGINE}` : ''}`,
    async (at) => {
      const { runId, end } = await begin(`database-lost-${at}`, stage(at));
      const since = Date.now();
      loseEngineRuns(installation);
      expectCompletedOnce(await end(since));
      expectNothingLeft(installation, runId);
    },
  );

  it('bench-run, of one of two dispatchers, which is killed: the other goes on, one RunCompleted', async () => {
    const pid = installation.pid('suite-dispatcher') ?? 0;
    const second = beside(pid);
    try {
      await second.ready;
      for (const victim of ['first', 'second'] as const) {
        const { runId, end } = await begin(`two-dispatchers-${victim}`, stage('workload'));
        const since = Date.now();
        if (victim === 'first') process.kill(installation.pid('suite-dispatcher') ?? 0, 'SIGKILL');
        else second.process.kill('SIGKILL');
        expectCompletedOnce(await end(since));
        expectNothingLeft(installation, runId);
      }
    } finally {
      second.process.kill('SIGKILL');
    }
  });
});

/** Another process of the same program with the same environment. */
function beside(pid: number): { process: ChildProcess; ready: Promise<void> } {
  const [command = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  if (!commandLineOf(pid).includes('suite-dispatcher')) throw new Error('that is no dispatcher');
  const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  const env = Object.fromEntries(
    variables.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
  );
  const child = spawn(command, args, { cwd: `/proc/${pid}/cwd`, env, stdio: ['ignore', 'pipe', 'ignore'] });
  const ready = new Promise<void>((resolve, reject) => {
    child.on('exit', () => reject(new Error('the second dispatcher ended')));
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('"msg":"ready"')) resolve();
    });
  });
  ready.catch(() => undefined);
  return { process: child, ready };
}
