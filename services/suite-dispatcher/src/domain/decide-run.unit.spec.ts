import { subjects } from '@benchbus/events';
import { expandRuns } from '@benchbus/suites';
import { exampleRunSettings } from '@benchbus/suites/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLAIM, othersAnswer, Story, suiteOf } from '../testing/story.ts';
import { decideRelease } from './decide-release.ts';
import { decideRun } from './decide-run.ts';
import { decideSuite } from './decide-suite.ts';
import { intake } from './intake.ts';
import type { Surroundings } from './step.ts';

const SUITE = 'suite';

function begun(settings = {}, tests = 1, parallelism = 1): { story: Story; runIds: string[] } {
  const story = new Story();
  const suite = suiteOf(tests, settings, parallelism);
  story.append(intake({ id: 'request', suiteId: SUITE }, { ok: true, suite }));
  for (const action of decideSuite(SUITE, story.suite())) if (action.kind === 'append') story.append(action.draft);
  return { story, runIds: expandRuns(SUITE, suite).map(({ runId }) => runId) };
}

const around = (story: Story, extra: Partial<Surroundings> = {}): Surroundings => ({
  now: story.now,
  targets: new Set(['local']),
  lost: new Set(),
  cancelling: story.suite().cancelling !== undefined,
  settled: new Set(),
  ...extra,
});

/** Lets the dispatcher do what it can; returns whether it did something. */
function advance(story: Story, runId: string, extra: Partial<Surroundings> = {}): boolean {
  const step = decideRun(story.view(runId), around(story, extra));
  if (step.kind === 'append') return !!story.append(step.draft);
  const release = decideRelease(story.view(runId), { now: story.now, releaseTimeoutMs: 1000 });
  if (release.kind === 'append') return !!story.append(release.draft);
  for (const action of decideSuite(SUITE, story.suite()))
    if (action.kind === 'append') return !!story.append(action.draft);
  return false;
}

const names = (story: Story) => story.events.map((event) => event.name);

/** Runs until the dispatcher waits and the others have nothing to say. */
function play(story: Story, runId: string, until: (story: Story) => boolean = () => false): void {
  for (let turn = 0; turn < 200 && !until(story); turn += 1) {
    if (!advance(story, runId) && !othersAnswer(story, runId)) return;
  }
}

describe('a run', () => {
  it("asks for the pool that a predecessor's file names", () => {
    const story = new Story();
    const docker = { networkName: 'n', edgeWorkerImage: 'i', networkCidr: '172.28.0.0/16', networkPrefix: 26 };
    const suite = { ...suiteOf(1, { target: 'docker' }), installation: { docker } };
    story.append(intake({ id: 'request', suiteId: SUITE }, { ok: true, suite }));
    for (const action of decideSuite(SUITE, story.suite())) if (action.kind === 'append') story.append(action.draft);
    const [run] = expandRuns(SUITE, suite);
    const asked = () => story.events.find((event) => event.name === 'RunNetworkRequested');
    while (asked() === undefined && advance(story, run?.runId ?? '', { targets: new Set(['docker']) }));
    expect(asked()?.data).toMatchObject({ target: 'docker', pool: { cidr: '172.28.0.0/16', blockPrefix: 26 } });
  });

  it('goes through its stages to the end of the suite', () => {
    const { story, runIds } = begun();
    play(story, runIds[0] ?? '');
    expect(names(story)).toEqual([
      'SuiteAccepted',
      'RunQueued',
      'RunStageStarted',
      'RunNetworkRequested',
      'NetworkReserved',
      'RunStageStarted',
      'RunDeploymentRequested',
      'PlacementPlanned',
      'DeploymentReady',
      'RunStageStarted',
      'DatabaseReady',
      'RunStageStarted',
      'WorkloadFinished',
      'RunStageStarted',
      'ArtifactStored',
      'RunCompleted',
      'RunReleaseRequested',
      'DeploymentDestroyed',
      'NetworkReleased',
      'RunReleased',
      'SuiteCompleted',
    ]);
  });

  it('comes to the same end whatever the order in which its parts look at the log', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('dispatcher', 'others', 'again'), { minLength: 20, maxLength: 80 }),
        (turns) => {
          const { story, runIds } = begun();
          const runId = runIds[0] ?? '';
          for (const turn of turns) {
            if (turn === 'others') othersAnswer(story, runId);
            else advance(story, runId);
          }
          play(story, runId);
          expect(names(story).at(-1)).toBe('SuiteCompleted');
          expect(new Set(story.events.filter((e) => e.cause !== 'story').map((e) => e.id)).size).toBe(
            story.events.filter((e) => e.cause !== 'story').length,
          );
        },
      ),
    );
  });

  const timeouts = [
    ['NetworkReserved', 'NETWORK_TIMEOUT'],
    ['DeploymentReady', 'PROVISION_TIMEOUT'],
    ['DatabaseReady', 'DATABASE_TIMEOUT'],
    ['WorkloadFinished', 'WORKLOAD_TIMEOUT'],
    ['ArtifactStored', 'ARTIFACTS_TIMEOUT'],
  ] as const;
  it.each(timeouts)('fails when %s does not come in time', (missing, code) => {
    const { story, runIds } = begun();
    const runId = runIds[0] ?? '';
    for (let turn = 0; turn < 100; turn += 1) {
      if (advance(story, runId)) continue;
      const before = story.events.length;
      othersAnswer(story, runId);
      if (names(story).at(-1) === missing) {
        story.events.length = before;
        break;
      }
    }
    const step = decideRun(story.view(runId), around(story));
    expect(step.kind).toBe('wait');
    story.now += 3_600_000;
    advance(story, runId);
    const failed = story.events.find((event) => event.name === 'RunFailed');
    expect(failed?.data.problem.code).toBe(code);
    play(story, runId);
    expect(names(story).at(-1)).toBe('SuiteFailed');
  });

  it('is ended when its nodes have lived as long as its suite allows, the keep time included, whatever its stage may take', () => {
    const keep = { when: 'on-failure', forMs: 600_000 } as const;
    const timeouts = { ...exampleRunSettings().timeouts, workloadMs: 7_200_000 };
    const { story, runIds } = begun({ maxLifetimeMs: 1_500_000, keep, timeouts });
    const runId = runIds[0] ?? '';
    play(story, runId, (of) => names(of).at(-1) === 'DatabaseReady');
    advance(story, runId);
    expect(decideRun(story.view(runId), around(story))).toMatchObject({ kind: 'wait', until: story.now + 900_000 });
    const asked = story.events.find((event) => event.name === 'RunDeploymentRequested');
    expect(Date.parse(asked?.data.leaseExpiresAt ?? '')).toBe(story.now + 1_500_000);
    story.now += 900_000;
    advance(story, runId);
    const failed = story.events.find((event) => event.name === 'RunFailed');
    expect(failed?.data).toMatchObject({ problem: { code: 'RUN_LIFETIME_OVER' }, stage: 'workload', attempt: 1 });
  });

  it('fails at once for a target that is not configured here, holding nothing', () => {
    const { story, runIds } = begun({ target: 'docker' });
    play(story, runIds[0] ?? '');
    expect(names(story)).toEqual(['SuiteAccepted', 'RunQueued', 'RunFailed', 'RunReleased', 'SuiteFailed']);
    expect(story.events.find((event) => event.name === 'RunFailed')?.data.problem.code).toBe('TARGET_UNAVAILABLE');
  });

  it('ends with EDGE_LOST when a runner has no live holder', () => {
    const { story, runIds } = begun();
    const runId = runIds[0] ?? '';
    play(story, runId, () => names(story).at(-1) === 'DeploymentReady');
    advance(story, runId);
    advance(story, runId, { lost: new Set(['pg']) });
    expect(story.events.find((event) => event.name === 'RunFailed')?.data.problem).toMatchObject({
      code: 'EDGE_LOST',
      where: 'node pg',
    });
  });

  it('ends with HOST_LOST while its nodes are to be made by a host that has been away for long, and not once they are there', () => {
    const { story, runIds } = begun();
    const runId = runIds[0] ?? '';
    play(story, runId, () => names(story).at(-1) === 'RunDeploymentRequested');
    const gone = decideRun(story.view(runId), around(story, { hostLost: true }));
    expect(gone).toMatchObject({
      draft: { name: 'RunFailed', data: { problem: { code: 'HOST_LOST', where: 'host host-1' }, stage: 'provision' } },
    });
    play(story, runId, () => names(story).at(-1) === 'DeploymentReady');
    advance(story, runId, { hostLost: true });
    expect(names(story).at(-1)).toBe('RunStageStarted');
  });

  it('ends with HOST_LOST in whatever stage, when its host is said to be gone, and is released without it', () => {
    const { story, runIds } = begun();
    const runId = runIds[0] ?? '';
    play(story, runId, () => story.view(runId).run.stages.workload !== undefined);
    const lost = { hostId: 'host-1', reason: 'burnt' };
    story.fact('NetworkReleased', subjects.network(runId), { hostId: 'host-1', cidr: '127.64.1.0/24', lost });
    while (advance(story, runId));
    expect(names(story).slice(-4)).toEqual(['RunFailed', 'RunReleaseRequested', 'RunReleased', 'SuiteFailed']);
    expect(story.events.find((event) => event.name === 'RunFailed')?.data).toMatchObject({
      problem: { code: 'HOST_LOST', message: 'an operator said that the host is gone for good: burnt' },
      stage: 'workload',
    });
  });

  it('asks for another block where somebody else is on the first, three times at most', () => {
    const { story, runIds } = begun();
    const runId = runIds[0] ?? '';
    const problem = { code: 'SUBNET_TAKEN', message: 'network x has it' };
    for (const attempt of [1, 2, 3]) {
      play(story, runId, () => names(story).at(-1) === 'RunDeploymentRequested');
      expect(story.view(runId).run.deploymentRequested?.data.attempt).toBe(attempt);
      story.fact('DeploymentFailed', subjects.deployment(runId), { attempt, problem });
      advance(story, runId);
      if (attempt < 3) expect(story.view(runId).run.stages.network?.data.attempt).toBe(attempt + 1);
    }
    const failed = story.events.find((event) => event.name === 'RunFailed');
    expect(failed?.data).toMatchObject({ problem, stage: 'provision', attempt: 3 });
  });

  it('is provisioned on the second block as on the first', () => {
    const { story, runIds } = begun();
    const runId = runIds[0] ?? '';
    play(story, runId, () => names(story).at(-1) === 'RunDeploymentRequested');
    const problem = { code: 'SUBNET_TAKEN', message: 'network x has it' };
    story.fact('DeploymentFailed', subjects.deployment(runId), { attempt: 1, problem });
    play(story, runId);
    expect(names(story).at(-1)).toBe('SuiteCompleted');
  });

  it('gives a stage a new attempt when the engine ended its task without running it, and gives up in the end', () => {
    const { story, runIds } = begun();
    const runId = runIds[0] ?? '';
    play(story, runId, () => names(story).at(-1) === 'DeploymentReady');
    advance(story, runId);
    const settled = new Set(['database:pg:1', 'database:pg:2', 'database:pg:3']);
    advance(story, runId, { settled });
    expect(story.view(runId).run.stages.database?.data.attempt).toBe(2);
    advance(story, runId, { settled });
    advance(story, runId, { settled });
    expect(story.events.find((event) => event.name === 'RunFailed')?.data.problem.code).toBe('TASK_NOT_EXECUTED');
  });

  it.each([
    ['fail', 'RunFailed'],
    ['repeat', 'RunStageStarted'],
  ] as const)('onInterrupt %s: an interrupted workload gives %s', (onInterrupt, next) => {
    const { story, runIds } = begun({ onInterrupt });
    const runId = runIds[0] ?? '';
    play(story, runId, () => story.view(runId).run.stages.workload !== undefined);
    const problem = { code: 'INTERRUPTED', message: 'killed' };
    story.fact('WorkloadFailed', subjects.edge(runId, 'load'), { attempt: 1, problem, artifacts: [] });
    advance(story, runId);
    expect(names(story).at(-1)).toBe(next);
    play(story, runId);
    expect(names(story).at(-1)).toBe(onInterrupt === 'repeat' ? 'SuiteCompleted' : 'SuiteFailed');
  });
});

describe('a suite', () => {
  it('starts as many runs at once as it says, in order', () => {
    const { story, runIds } = begun({}, 3, 2);
    const starts = () => decideSuite(SUITE, story.suite()).flatMap((a) => (a.kind === 'start' ? [a.runId] : []));
    expect(starts()).toEqual(runIds.slice(0, 2));
    play(story, runIds[0] ?? '', () => names(story).includes('RunReleased'));
    expect(starts()).toEqual(runIds.slice(1));
  });

  it('cancelled at any moment: every run ends cancelled, is released, and nothing is created afterwards', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 15 }), (moment) => {
        const { story, runIds } = begun({}, 2);
        const [runId = '', other = ''] = runIds;
        play(story, runId, () => story.events.length >= moment);
        story.append({
          name: 'SuiteCancelling',
          subject: subjects.suite(SUITE),
          data: { reason: 'asked' },
          cause: 'x',
          correlation: SUITE,
        });
        play(story, runId);
        play(story, other);
        const end = story.events.at(-1);
        expect(end?.name).toBe('SuiteCancelled');
        expect(names(story).filter((name) => name === 'RunReleased')).toHaveLength(2);
        const cancelled = story.events.findIndex((event) => event.name === 'RunCancelled');
        expect(names(story).slice(cancelled)).not.toContain('RunStageStarted');
      }),
    );
  });

  it('ends although a release is overdue, and says so', () => {
    const { story, runIds } = begun();
    const runId = runIds[0] ?? '';
    play(story, runId, () => names(story).at(-1) === 'RunReleaseRequested');
    story.now += 2000;
    while (advance(story, runId));
    const end = story.events.at(-1);
    expect(story.events.find((event) => event.name === 'RunReleaseOverdue')?.data.left).toEqual([
      'deployment',
      'network',
    ]);
    expect(end?.name === 'SuiteCompleted' && end.data.overdue).toEqual([runId]);
  });

  it('does not hold the next run back for one that ended and is kept', () => {
    const { story, runIds } = begun({ keep: { when: 'always', forMs: 60_000 } }, 2);
    play(story, runIds[0] ?? '');
    expect(names(story).at(-1)).toBe('RunCompleted');
    expect(decideSuite(SUITE, story.suite())).toEqual([{ kind: 'start', runId: runIds[1], test: 'test 2' }]);
  });

  it('releases a failed run only when what its workload left is stored, or in time', () => {
    const { story, runIds } = begun();
    const runId = runIds[0] ?? '';
    play(story, runId, () => story.view(runId).run.stages.workload !== undefined);
    const problem = { code: 'TOOL_FAILED', message: 'exit code 1' };
    story.fact('WorkloadFailed', subjects.edge(runId, 'load'), { attempt: 1, problem, artifacts: [CLAIM] });
    while (advance(story, runId));
    expect(names(story).at(-1)).toBe('RunFailed');
    const release = (now: number) => decideRelease(story.view(runId), { now, releaseTimeoutMs: 1000 });
    expect(release(story.now)).toEqual({ kind: 'later', at: story.now + 10_000 });
    expect(release(story.now + 10_000)).toMatchObject({ kind: 'append' });
    const { artifactId, ...rest } = CLAIM;
    const stored = { runId, node: 'load', key: 'k', expiresAt: new Date(story.now).toISOString(), ...rest };
    story.fact('ArtifactStored', subjects.artifact(artifactId), stored);
    expect(release(story.now)).toMatchObject({ kind: 'append', draft: { name: 'RunReleaseRequested' } });
  });

  it('keeps a failed run for as long as it says', () => {
    const { story, runIds } = begun({ keep: { when: 'on-failure', forMs: 5000 } });
    const runId = runIds[0] ?? '';
    play(story, runId, () => story.view(runId).run.networkRequested !== undefined);
    story.fact('NetworkRejected', subjects.network(runId), {
      attempt: 1,
      problem: { code: 'NO_HOST', message: 'none' },
    });
    play(story, runId);
    expect(names(story).at(-1)).toBe('RunFailed');
    const release = (endKeep?: 'asked' | 'cancelled') =>
      decideRelease(story.view(runId), { now: story.now, releaseTimeoutMs: 1000, endKeep });
    expect(release()).toEqual({ kind: 'later', at: story.now + 5000 });
    expect(release('asked')).toMatchObject({ kind: 'append', draft: { data: { reason: 'asked' } } });
    expect(release('cancelled')).toMatchObject({ kind: 'append', draft: { data: { reason: 'cancelled' } } });
    story.now += 5000;
    expect(release()).toMatchObject({ kind: 'append', draft: { data: { reason: 'keep-over' } } });
  });
});
