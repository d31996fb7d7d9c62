import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { endProcesses, findByEnvironment } from '@benchbus/processes';
import { expect, it } from 'vitest';
import { play } from '../crash-walk/play.ts';
import { completing } from '../crash-walk/scenarios.ts';
import { WalkedStack } from '../crash-walk/stack.ts';
import { faultsOf } from '../crash-walk/walk.ts';
import { faultsAgainst } from '../testing/clean-run.ts';

const defect = pathToFileURL(join(import.meta.dirname, 'skip-release.ts')).href;

it('the check of the crash walk finds a release that is said, but not done', { timeout: 600_000 }, async () => {
  const stack = await WalkedStack.start({ NODE_OPTIONS: `--import ${defect}`, BENCHBUS_BUNDLES: '' });
  const { installation } = stack.installation;
  try {
    const played = await play(stack.installation, completing, 'release-skipped');
    const { history } = played;
    // The log alone says that all is well: DeploymentDestroyed, NetworkReleased, RunReleased.
    expect(faultsAgainst(history, history)).toEqual([]);
    expect(history.map(({ name }) => name)).toContain('DeploymentDestroyed');

    const faults = await faultsOf(stack, { scenario: completing, undisturbed: history, points: [] }, played);
    expect(faults).toContainEqual(expect.stringMatching(/^left: process \d+: .*postgres/));
    expect(faults).toContainEqual(expect.stringMatching(/^left: process \d+: .*edge-runner/));
    expect(faults).toContainEqual(expect.stringContaining(played.runId));
  } finally {
    await endProcesses(findByEnvironment({ BENCHBUS_RUN: undefined, BENCHBUS_INSTALLATION: installation }), 10_000);
    await stack.installation.stop();
    rmSync(join(tmpdir(), `benchbus-${installation}`), { recursive: true, force: true });
  }
});
