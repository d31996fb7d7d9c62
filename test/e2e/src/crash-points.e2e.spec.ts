import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectCompletedOnce, expectNothingLeft, firstRunId } from './testing/clean-run.ts';
import { atMoment, historyOf, suiteEnd } from './testing/history.ts';
import { Installation, newStateDir } from './testing/installation.ts';
import { labelled } from './testing/processes.ts';
import { orphanedSharedMemory } from './testing/shared-memory.ts';
import { tinySuite } from './testing/suites.ts';

/** Between an effect and its event, and between two events of one decision: where a crash hurts most. */
const POINTS = [
  'after-append.SuiteAccepted:suite-dispatcher',
  'before-append.RunQueued:suite-dispatcher',
  'after-append.RunNetworkRequested:suite-dispatcher',
  'before-append.RunCompleted:suite-dispatcher',
  'after-append.RunReleaseRequested:suite-dispatcher',
  'before-append.SuiteCompleted:suite-dispatcher',
  'after-append.CapacityGranted:network-allocator',
  'after-append.BlocksGranted:network-allocator',
  'after-append.BlocksReleased:network-allocator',
  'after-append.CapacityReleased:network-allocator',
  'after-append.PlacementPlanned:provisioner',
  'before.folder-create:provisioner',
  'before.runner-spawn:provisioner',
  'after.runner-spawn:provisioner',
  'before-append.DeploymentReady:provisioner',
  'before.process-kill:provisioner',
  'after.folder-remove:provisioner',
  'before-append.DeploymentDestroyed:provisioner',
  'after-append.SetupStarted:edge-runner',
  'after.initdb:edge-runner',
  'after.postgres-start:edge-runner',
  'after-append.WorkloadStarted:edge-runner',
  'before.tool-spawn:edge-runner',
  'after.tool-spawn:edge-runner',
  'after.tool-exit:edge-runner',
  'before-append.WorkloadFinished:edge-runner',
  'before.upload:edge-runner',
  'after.upload:edge-runner',
  'before.artifact-rename:artifact-store',
  'after.artifact-rename:artifact-store',
];

describe(`a crash at each named point (${POINTS.length} cases)`, () => {
  const stateDir = newStateDir();
  const folder = join(stateDir, 'crash-at');
  const armed = join(folder, 'point');
  const before = orphanedSharedMemory();
  let installation: Installation;
  beforeAll(async () => {
    mkdirSync(folder);
    installation = await Installation.start({ BENCHBUS_CRASH_DIR: folder }, stateDir);
  });
  afterAll(async () => {
    expect(await installation.stop()).toEqual([]);
    expect(orphanedSharedMemory().filter((name) => !before.includes(name))).toEqual([]);
  });

  it.each(POINTS)('%s', async (point) => {
    const { bus } = installation;
    const suiteId = point.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    const suite = tinySuite(suiteId);
    writeFileSync(armed, point);
    await bus.request('SuiteRequested', suiteId, { suite });
    await suiteEnd(bus, suiteId);

    expect(existsSync(armed), `nothing passed ${point}`).toBe(false);
    expectCompletedOnce(await historyOf(bus, suiteId));
    expectNothingLeft(installation, firstRunId(suiteId, suite));
  });

  it('a killed load tool is reported as INTERRUPTED, its output is kept, everything is released', async () => {
    const { bus } = installation;
    const suiteId = 'killed-load-tool';
    const suite = tinySuite(suiteId, { durationSeconds: 600 });
    const runId = firstRunId(suiteId, suite);
    const { reached, stop } = await atMoment(bus, suiteId, (event) => event.name === 'WorkloadStarted');
    const measuring = Promise.withResolvers<void>();
    const watching = await bus.telemetry.watchProgress(runId, ({ tps }) => {
      if (tps !== undefined) measuring.resolve();
    });
    await bus.request('SuiteRequested', suiteId, { suite });
    await reached;
    await measuring.promise;
    for (const { pid, command } of labelled({ BENCHBUS_RUN: runId })) {
      if (/(^|\/)pgbench /.test(command)) process.kill(pid, 'SIGKILL');
    }
    const end = await suiteEnd(bus, suiteId);
    await Promise.all([watching.stop(), stop()]);
    expect(end.name === 'SuiteFailed' && end.data.runs[0]?.problem?.code).toBe('INTERRUPTED');
    const history = await historyOf(bus, suiteId);
    const claims = history.flatMap((event) => (event.name === 'WorkloadFailed' ? event.data.artifacts : []));
    const stored = history.flatMap((event) => (event.name === 'ArtifactStored' ? [event.data.name] : []));
    expect(claims.length).toBeGreaterThan(0);
    expect(stored.sort()).toEqual(claims.map(({ name }) => name).sort());
    expectNothingLeft(installation, runId);
  });
});
