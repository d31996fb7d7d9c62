import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endOf, expectNothingLeft, faultsIn, firstRunId } from '../testing/clean-run.ts';
import { historyOf, suiteEnd } from '../testing/history.ts';
import { Installation } from '../testing/installation.ts';
import { labelled } from '../testing/processes.ts';
import { topologySuites } from '../testing/topology-suites.ts';
import { docker, engineLacks, engineWorld, newIn } from '../topologies-docker/engine-world.ts';

const RUNNER_IMAGE = process.env['BENCHBUS_RUNNER_IMAGE'] ?? 'benchbus/runner:dev';

interface Victim {
  readonly node: string;
  readonly kind: string;
}

/** kill -9, of everything of the process. */
const killers = {
  local: (_: Installation, runId: string, { node, kind }: Victim) => {
    const found = labelled({ BENCHBUS_RUN: runId, BENCHBUS_NODE: node, BENCHBUS_PROCESS: kind });
    expect(found).not.toEqual([]);
    for (const { pid } of found) process.kill(pid, 'SIGKILL');
    return Promise.resolve();
  },
  docker: async ({ installation }: Installation, runId: string, { node, kind }: Victim) =>
    void (await docker('kill', `benchbus-${installation}-${runId}-${node}.${kind}`)),
} as const;

interface Case extends Victim {
  readonly target: keyof typeof killers;
  readonly lacks: string | undefined;
}

const cases: readonly Case[] = [
  // The load tool would not miss it.
  { target: 'local', node: 'pg', kind: 'postgres-exporter', lacks: undefined },
  // The load tool ends with it.
  {
    target: 'docker',
    node: 'pool',
    kind: 'pgbouncer',
    lacks: await engineLacks([RUNNER_IMAGE, 'postgres:17-alpine', 'edoburu/pgbouncer']),
  },
];

describe.each(cases)(
  'a measurement whose $kind dies, on $target',
  { timeout: 240_000 },
  ({ target, lacks, ...victim }) => {
    let installation: Installation;
    beforeAll(async () => {
      if (lacks !== undefined) return;
      const env = { BENCHBUS_RUNNER_IMAGE: RUNNER_IMAGE, BENCHBUS_TARGETS: 'local,docker' };
      installation = await Installation.start(target === 'docker' ? env : {});
    });
    afterAll(async () => {
      if (lacks === undefined) expect(await installation.stop()).toEqual([]);
    });

    it.skipIf(lacks !== undefined)('fails with node and process, at once, and leaves nothing', async () => {
      const before = target === 'docker' ? await engineWorld() : undefined;
      const suite = topologySuites(target).pooled();
      const file = join(installation.stateDir, 'suite.json');
      writeFileSync(file, JSON.stringify(suite));
      const asked = await installation.cli('run', file, '--json').finished;
      expect(asked.code, asked.stdout + asked.stderr).toBe(0);
      const { suiteId } = JSON.parse(asked.stdout) as { suiteId: string };
      const runId = firstRunId(suiteId, suite);
      const measuring = Promise.withResolvers<void>();
      await installation.bus.telemetry.watchProgress(runId, ({ activity, tps }) => {
        if (activity === 'measuring' && tps !== undefined) measuring.resolve();
      });
      const ended = suiteEnd(installation.bus, suiteId);
      await Promise.race([measuring.promise, ended]);
      await killers[target](installation, runId, victim);
      await ended;

      const history = await historyOf(installation.bus, suiteId);
      expect(endOf(history)).toBe('SuiteFailed: failed (PROCESS_DIED)');
      const { node, kind } = victim;
      const [failed] = history.filter((event) => event.name === 'RunFailed');
      expect(failed?.data.problem.message).toContain(`${kind} of node ${node} `);
      expect(failed?.data.problem.where).toMatch(new RegExp(`^node ${node} \\(.*\\), process ${kind}$`));
      const died = history.filter((event) => event.name === 'ProcessDied');
      expect(died.map(({ data }) => data.process)).toEqual([kind]);
      expect(faultsIn(history)).toEqual([]);
      expectNothingLeft(installation, runId);
      if (before !== undefined) expect(newIn(before, await engineWorld(), installation.installation)).toEqual([]);
    });
  },
);
