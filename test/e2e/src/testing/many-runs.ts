import { subjects, type AnyRecorded } from '@benchbus/events';
import { expect, it, describe, afterAll, beforeAll } from 'vitest';
import { expectNothingLeft, ONCE_A_RUN } from './clean-run.ts';
import { historyOf, suiteEnd } from './history.ts';
import { Installation } from './installation.ts';
import { expectNoOrphansBut, orphanedSharedMemory } from './shared-memory.ts';
import { residentMb } from './resident.ts';
import { tinySuite } from './suites.ts';
import { onExternalEngine } from './test-engine.ts';

const PARALLELISM = 20;

/** The run a fact is about, by its subject. */
const runOf = ({ subject }: AnyRecorded): string => subject.split('.')[2] ?? '';

/** How many runs were open at the same time, at most. */
function mostAtOnce(history: readonly AnyRecorded[]): number {
  let open = 0;
  let most = 0;
  for (const { name } of history) {
    if (name === 'RunNetworkRequested') open += 1;
    if (name === 'RunCompleted') open -= 1;
    most = Math.max(most, open);
  }
  return most;
}

/** Many runs of one suite, many at once, the engine killed at a quarter, half and three quarters of them. */
export function manyRunsTest(count: number, timeoutMs: number): void {
  describe.skipIf(onExternalEngine)(`${count} runs, ${PARALLELISM} at once, the engine killed three times`, () => {
    const before = orphanedSharedMemory();
    let installation: Installation;
    beforeAll(async () => {
      installation = await Installation.start();
    });
    afterAll(async () => {
      expect(await installation.stop()).toEqual([]);
      await expectNoOrphansBut(before);
    });

    it('none is lost, none is doubled, nothing is left', { timeout: timeoutMs }, async () => {
      const { bus } = installation;
      const suiteId = `many-${count}`;
      // Twenty servers on a small machine are slow; that is no failure.
      const timeouts = { provision: '20m', database: '20m', workload: '20m', artifacts: '20m' };
      const settings = { sharing: 'allowed', parallelism: PARALLELISM, timeouts };
      const suite = tinySuite(suiteId, { cores: 0.01, clients: 1, repeat: count, settings });

      const kills = new Set([1, 2, 3].map((quarter) => Math.floor((count * quarter) / 4)));
      let completed = 0;
      const killed: number[] = [];
      const memory: Record<string, number>[] = [];
      const following = await bus.log.follow({
        subjects: ['evt.run.*'],
        from: 'now',
        onEvent: (event) => {
          if (event.name !== 'RunCompleted') return;
          completed += 1;
          if (completed % Math.max(1, Math.floor(count / 10)) === 0) memory.push(residentMb(installation));
          const pid = kills.has(completed) ? installation.pid('hatchet') : undefined;
          if (pid === undefined) return;
          process.kill(pid, 'SIGKILL');
          killed.push(completed);
        },
      });
      const began = Date.now();
      await bus.request('SuiteRequested', suiteId, { suite });
      const end = await suiteEnd(bus, suiteId, timeoutMs);
      await following.stop();

      const seconds = Math.round((Date.now() - began) / 1000);
      if (process.env['BENCHBUS_MANY_RUNS_FIGURES'])
        process.stderr.write(`${JSON.stringify({ count, seconds, killed, memory })}\n`);
      expect(end.name, JSON.stringify(end.data).slice(0, 2_000)).toBe('SuiteCompleted');
      expect(end.name === 'SuiteCompleted' && end.data.overdue).toEqual([]);
      expect(killed).toEqual([...kills]);
      const accepted = (await bus.log.read(subjects.suite(suiteId)))[0];
      const runIds = accepted?.name === 'SuiteAccepted' ? accepted.data.runs.map(({ runId }) => runId) : [];
      expect(new Set(runIds).size).toBe(count);

      const history = await historyOf(bus, suiteId);
      expect(mostAtOnce(history)).toBe(Math.min(PARALLELISM, count));
      const wrong = ONCE_A_RUN.flatMap((name) => {
        const times = new Map(runIds.map((runId) => [runId, 0]));
        for (const event of history)
          if (event.name === name) times.set(runOf(event), (times.get(runOf(event)) ?? 0) + 1);
        return [...times].filter(([, n]) => n !== 1).map(([runId, n]) => `${name} ${n} times for ${runId}`);
      });
      expect(wrong).toEqual([]);
      for (const runId of runIds) expectNothingLeft(installation, runId);
    });
  });
}
